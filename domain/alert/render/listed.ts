/** `a, b and 3 more`: at most `most` of `words`. */
export function listed(words: readonly string[], most: number): string {
  const rest = words.length - most;
  return rest <= 0 ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${rest} more`;
}
