/** Command lines in a text: whole ones are cut out, and the values of options are hidden. */
import type { Span } from './spans.ts';
import { valueAt } from './value.ts';

/** The word that introduces a command line (`Command`, `cmd`), followed by the beginning of one. */
const COMMAND =
  /,?\s?\b(?:command(?: ?line)?|cmd)\b\s?[:=]?\s?(?=["'“`«[(]|\S{0,200}(?:python|torchrun|deepspeed|mpirun|accelerate|bash|sh)\b)/i;
/** A command line has at least one argument: a single quoted word is none. */
const HAS_ARGUMENTS = /^\S{1,200}.{0,200}?(?:\s-{1,2}\w|\.py\b|['"],\s*['"])/s;
/** Text after a command line that people need. */
const AFTER_COMMAND = /,?\s*exit code:? ?\d+|returned non-zero exit status/i;
const MOST_COMMANDS = 20;

/** `text` without the command lines that a word introduces. */
export function withoutCommands(text: string, attempts = MOST_COMMANDS): string {
  const found = attempts > 0 ? COMMAND.exec(text) : null;
  if (found === null) return text;
  const before = text.slice(0, found.index);
  const rest = text.slice(found.index + found[0].length);
  if (!HAS_ARGUMENTS.test(rest)) return before + found[0] + withoutCommands(rest, attempts - 1);
  const tail = AFTER_COMMAND.exec(rest);
  return tail === null ? before : `${before}${tail[0].startsWith(',') ? '' : ' '}${rest.slice(tail.index)}`;
}

/** `--flag value`, `--flag=value`, `'--flag', 'value'`. */
const FLAG = /(?<![\w-])--\w[\w-]{0,100}["'`]?(?:\s*[,=]\s*|\s+)(?!--)(?=[^\s,\])])/g;
const option = (programs: string, options: string) =>
  new RegExp(String.raw`\b(?:${programs})\b[^|\n]{0,300}?\s(?:${options})(?=\S)`, 'g');
let patterns: readonly RegExp[] | undefined;
/** Programs, and the short options that take a secret. */
const compiled = (): readonly RegExp[] => {
  patterns ??= [
    FLAG,
    option('curl|wget', '-\\w?u\\s?'),
    option('mysql\\w*|maria\\w*|mongo\\w*|sshpass|docker login|podman login|az login|oc login', '-p\\s?'),
    option('sqlcmd|bcp|isql|zip|unzip|7z', '-[Pp]\\s?'),
    option('redis-cli', '-a\\s?'),
    option('ldap\\w+', '-w\\s?'),
    option('smbclient', '-U\\s?'),
    option('\\w+', '-(?:\\w*pass(?:word|phrase|wd)?|pass(?:in|out)|pw|pwd)[\\s=:](?:pass:)?'),
    /\b(?:wandb|vault|comet|neptune|hf|huggingface-cli|gh auth|netlify|vercel) login\s+(?!-)(?=\S)/gi,
    /\bIDENTIFIED (?:WITH \S{1,60} )?BY (?:PASSWORD )?(?=["'])/gi,
    option('openssl', '-k\\s'),
    option('ssh-keygen', '-[NP]\\s?'),
    /\becho\s+(?:-n\s)?(?=[^|]{1,200}\|\s?(?:[^|]{0,100}--password-stdin|sudo -S|chpasswd|passwd))/gi,
  ];
  return patterns;
};

/** Where `text` has values of command-line options. */
export const secretsInOptions = (text: string): Span[] =>
  compiled().flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => valueAt(text, index + found.length).span),
  );
