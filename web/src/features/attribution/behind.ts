// Where one looks for what stands behind a figure: the list of conversions knows days, action, program and publisher.

import type { ConversionSearch } from '../conversions/routes';
import { valueOf, type Channel } from './journeys';
import { momentsAsked, type AttributionSearch } from './search';

export const conversionsOf = (
  channel: Channel | undefined,
  search: AttributionSearch,
  zone: string,
): ConversionSearch => ({
  ...momentsAsked(search, zone),
  action: search.action,
  program: valueOf(channel, 'program') ?? search.program,
  publisher: valueOf(channel, 'publisher'),
});
