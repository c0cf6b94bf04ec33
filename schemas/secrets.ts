/**
 * Keeps hyperparameters, environment values and credentials out of failure reasons.
 *
 * A failed script's reason ends with the command line that ran it (`Command "python train.py --api_key …"`), and that
 * command line carries every hyperparameter; exception texts quote URLs, tokens and passwords.
 */
const HIDDEN = '[hidden]';
/** Values shorter than this (`1`, `adam`, `true`) are words of any sentence; hiding them would destroy the reason. */
const SHORTEST_HIDDEN_VALUE = 6;
const MOST_HIDDEN_VALUES = 500;

const COMMAND_LINE = /,?\s*\bcommand\s+["'“](?:[^"'”\\]|\\.|["'”](?!\s*(?:,|$)))*(?:["'”]|$)/gis;
const CREDENTIALS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g,
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
  /(?<=[?&](?:X-Amz-(?:Signature|Credential|Security-Token)|sig|signature|token)=)[^&\s"']+/gi,
  /(?<=\b[\w-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s{0,3}(?:[=:]|\s)\s{0,3}["']?)[^\s"',;)]{4,}/gi,
  /(?<=\b(?:bearer|basic)\s)[\w.~+/-]{8,}=*/gi,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:gh[pousr]_|github_pat_|hf_|sk-|xox[abprs]-)[\w-]{16,}/g,
];

/**
 * `reason` without command lines, credentials, and any value that stands in `carriers` (hyperparameter maps,
 * environments, argument lists of the same event).
 */
export function hideSecrets(reason: string, carriers: readonly unknown[] = []): string {
  let text = reason.replace(COMMAND_LINE, '');
  for (const value of valuesOf(carriers)) text = text.replaceAll(value, HIDDEN);
  for (const pattern of CREDENTIALS) text = text.replace(pattern, HIDDEN);
  return text;
}

/** Longest first, so that a value that contains another is hidden whole. */
function valuesOf(carriers: readonly unknown[]): string[] {
  const values = new Set<string>();
  const waiting: unknown[] = [...carriers];
  while (waiting.length > 0 && values.size < MOST_HIDDEN_VALUES) {
    const next = waiting.pop();
    if (typeof next === 'string') {
      if (next.length >= SHORTEST_HIDDEN_VALUE) values.add(next);
    } else if (typeof next === 'object' && next !== null) {
      waiting.push(...Object.values(next).slice(0, MOST_HIDDEN_VALUES));
    }
  }
  return [...values].sort((a, b) => b.length - a.length);
}
