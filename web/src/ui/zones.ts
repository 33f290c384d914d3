// Moments and the clock of a zone: which instant a day and a time of day are there, and the other way round.

const clocks = new Map<string, Intl.DateTimeFormat>();

const clock = (zone: string): Intl.DateTimeFormat => {
  let found = clocks.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    clocks.set(zone, found);
  }
  return found;
};

export interface WallClock {
  // `2026-01-31`
  day: string;
  // `08:30`
  time: string;
}

export const wallClock = (instant: string, zone: string): WallClock | undefined => {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return undefined;
  const part = Object.fromEntries(
    clock(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
};

// The instant at which the zone's clock shows this; undefined when it is no time. Where clocks are put forward, the hour that does not
// exist is the one after it.
export const instantOf = ({ day, time }: WallClock, zone: string): string | undefined => {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  let found = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = wallClock(new Date(found).toISOString(), zone);
    if (!shown) return undefined;
    found += wanted - Date.parse(`${shown.day}T${shown.time}:00Z`);
  }
  return new Date(found).toISOString();
};
