/** What a line says as JSON, unfolded; null where it is none. Text before the object, such as a time, is left aside. */
export function unfolded(text: string): string | null {
  const from = text.indexOf('{');
  if (from < 0 || !text.trimEnd().endsWith('}')) return null;
  try {
    return JSON.stringify(JSON.parse(text.slice(from)), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
