// Conversions as the API gives them.

import type { Schemas } from '../../data/client';

export type Conversion = Schemas['ConversionView'];
export type ConversionState = Schemas['ConversionState'];
export type Operation = Schemas['BulkOperation'];

export const STATES: ConversionState[] = ['pending', 'held', 'approved', 'rejected', 'reversed', 'duplicate', 'test'];

export const isState = (text: unknown): text is ConversionState => STATES.includes(text as ConversionState);
