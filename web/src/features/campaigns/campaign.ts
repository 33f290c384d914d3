// Campaigns as the API gives them.

import { queryOptions } from '@tanstack/react-query';
import { answer, GET, type Schemas } from '../../data/client';

export type Campaign = Schemas['CampaignView'];
export type Channel = Schemas['Channel'];

// Publishers are paid by contracts and nobody buys direct visits, so the others have campaigns.
export const CHANNELS: Channel[] = [
  'search',
  'social',
  'display',
  'video',
  'email',
  'content',
  'app',
  'call',
  'tv',
  'radio',
  'print',
  'event',
];

export const isChannel = (text: unknown): text is Channel => CHANNELS.includes(text as Channel);

export const campaignQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'one', campaign_id],
    queryFn: () => answer(GET('/api/v1/campaigns/{campaign_id}', { params: { path: { campaign_id } } })),
  });
