// What a person prefers on this device: kept in the browser, never sent anywhere.

const PREFIX = 'merit.';

export const readPreference = (name: string): unknown => {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};

export const writePreference = (name: string, value: unknown) => {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may keep nothing; the choice then lasts as long as the page.
  }
};
