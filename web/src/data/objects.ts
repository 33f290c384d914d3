// One object by its id.

import { queryOptions } from '@tanstack/react-query';
import { answer, GET } from './client';

export const advertiserQuery = (advertiser_id: string) =>
  queryOptions({
    queryKey: ['advertisers', 'one', advertiser_id],
    queryFn: () => answer(GET('/api/v1/advertisers/{advertiser_id}', { params: { path: { advertiser_id } } })),
  });

export const publisherQuery = (publisher_id: string) =>
  queryOptions({
    queryKey: ['publishers', 'one', publisher_id],
    queryFn: () => answer(GET('/api/v1/publishers/{publisher_id}', { params: { path: { publisher_id } } })),
  });

export const programQuery = (program_id: string) =>
  queryOptions({
    queryKey: ['programs', 'one', program_id],
    queryFn: () => answer(GET('/api/v1/programs/{program_id}', { params: { path: { program_id } } })),
  });

export const contractQuery = (contract_id: string) =>
  queryOptions({
    queryKey: ['contracts', 'one', contract_id],
    queryFn: () => answer(GET('/api/v1/contracts/{contract_id}', { params: { path: { contract_id } } })),
  });
