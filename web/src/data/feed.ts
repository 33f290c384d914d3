// Server-sent events as they arrive in pieces: the lines of an event end with an empty one.

export interface FeedEvent {
  event: string;
  id: string | undefined;
  data: string;
}

export const feedReader = () => {
  let rest = '';
  let id: string | undefined;
  let event = '';
  let data: string[] = [];
  const line = (text: string): FeedEvent | undefined => {
    if (text === '') {
      // An event without data only says how far the feed has come.
      const whole = { event: event || 'message', id, data: data.join('\n') };
      const said = data.length > 0 || id !== undefined;
      event = '';
      data = [];
      return said ? whole : undefined;
    }
    const at = text.indexOf(':');
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? '' : text.slice(at + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id') id = value;
    return undefined;
  };
  return (piece: string): FeedEvent[] => {
    const lines = (rest + piece).split(/\r\n|\n/);
    rest = lines.pop() ?? '';
    return lines.map(line).filter((found) => found !== undefined);
  };
};
