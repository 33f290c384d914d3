// What happens right now: the live feed of the API, opened anew whenever it ends, behind the last event that was told. Nothing is missed
// in between, and nothing comes twice.

import { useEffect, useEffectEvent, useState } from 'react';
import { openFeed, type Schemas } from './client';
import { feedReader } from './feed';

export type Touch = Schemas['TouchView'];

export type LiveEvent =
  | { kind: 'click'; id: string; touch: Touch }
  | {
      kind: 'conversion' | 'decision' | 'reversal';
      id: string;
      conversion: Schemas['ConversionView'];
      decision: { at: string; code?: string; kind: string; state: string };
    }
  | { kind: 'alert'; id: string; alert: Schemas['AlertView'] };

// `away` when the feed cannot be had: the caller then asks by himself now and then.
export type Liveness = 'opening' | 'live' | 'away';

const PAUSE_MS = 2000;
const PAUSE_MS_MAX = 30_000;

const read = (event: string, id: string, data: string): LiveEvent | undefined => {
  const value = JSON.parse(data) as never;
  if (event === 'click') return { kind: 'click', id, touch: value };
  if (event === 'alert') return { kind: 'alert', id, alert: value };
  if (event === 'conversion' || event === 'decision' || event === 'reversal') {
    return { kind: event, id, ...(value as object) } as LiveEvent;
  }
  return undefined;
};

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

// How far the feed was read.
interface Position {
  lastId: string | undefined;
}

const follow = async (
  position: Position,
  signal: AbortSignal,
  onEvent: (event: LiveEvent) => void,
  onState: (state: Liveness) => void,
): Promise<void> => {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await openFeed(position.lastId, signal);
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
      onState('live');
      failures = 0;
      const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const reader = feedReader();
      for (;;) {
        const { done, value } = await pieces.read();
        if (done) break;
        for (const found of reader(value)) {
          position.lastId = found.id ?? position.lastId;
          const event = found.data ? read(found.event, found.id ?? '', found.data) : undefined;
          if (event) onEvent(event);
        }
      }
    } catch {
      if (signal.aborted) return;
      onState('away');
      failures += 1;
    }
    await pause(Math.min(PAUSE_MS * 2 ** Math.max(0, failures - 1), PAUSE_MS_MAX) * (failures ? 1 : 0), signal);
  }
};

// Calls `onEvent` for each event from now on, as long as the page is there. A page that nobody looks at gives its connection back, as
// browsers have few of them for a host, and goes on where it was once it is looked at again.
export const useLive = (onEvent: (event: LiveEvent) => void): Liveness => {
  const [state, setState] = useState<Liveness>('opening');
  const tell = useEffectEvent(onEvent);
  useEffect(() => {
    const position: Position = { lastId: undefined };
    let controller: AbortController | undefined;
    const look = () => {
      controller?.abort();
      controller = undefined;
      if (document.hidden) return;
      controller = new AbortController();
      void follow(position, controller.signal, tell, setState);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      controller?.abort();
    };
  }, []);
  return state;
};
