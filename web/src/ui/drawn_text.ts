// Texts that the drawing library writes: braces and bars would begin a style within them.

export const plain = (text: string) => text.replaceAll('{', '(').replaceAll('}', ')').replaceAll('|', '¦');
