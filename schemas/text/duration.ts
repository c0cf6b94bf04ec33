/** `seconds` (not negative) in at most its two largest units: `45 s`, `12 m`, `3 h 12 m`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d > 0) return h > 0 ? `${d} d ${h} h` : `${d} d`;
  if (h > 0) return m > 0 ? `${h} h ${m} m` : `${h} h`;
  if (m > 0) return s > 0 && m < 10 ? `${m} m ${s} s` : `${m} m`;
  return `${s} s`;
}

/** `seconds` in all units, exact to the second, for formulas that a reader recalculates: `3 h 12 m`, `2 d 3 m 7 s`. */
export function exactDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const units = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const words = units.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]));
  return words.join(' ') || '0 s';
}

/** `formatDuration` for a value that may be absent. */
export function duration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(seconds);
}
