// What is wrong with an address or a password, before the server is asked.

export const PASSWORD_LENGTH_MIN = 12;

export const isEmail = (text: string) => /^[^\s@]+@[^\s@]+$/.test(text.trim());

export const isLongEnough = (password: string) => [...password].length >= PASSWORD_LENGTH_MIN;
