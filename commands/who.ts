/**
 * `npm run --silent who -- [--at <time>] [--config <file>] [--json] <event.json | ->`
 *
 * Prints who gets the alert about an event, when, and why: for each subscriber of `ground-control.yml` at once, at the end
 * of a window, or not at all. The event is handled by the production handlers and the embedded AWS, as the first of its
 * resource. Exit 0; 1 when an event could not be handled; 2 for wrong usage.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { formatTime } from '../domain/alert/render/time.ts';
import { turnsOf } from '../domain/delivery/turn.ts';
import { nameOfParent, type Window } from '../domain/delivery/window.ts';
import type { Publication } from '../local/embedded-aws/sns.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { fromUser, readEvents, UnreadablePath } from '../local/play/input.ts';
import { playAll } from '../local/play/play-all.ts';
import type { Filters, Group } from '../schemas/configuration/delivery/policy.ts';
import type { Configuration } from '../schemas/configuration/file.ts';
import { AlertMessage } from '../schemas/message/alert.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, Refused, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';

const USAGE =
  'usage: npm run --silent who -- [--at 2026-11-20T23:00:00Z] [--config ground-control.yml] [--json] <event.json | ->';

/** When a subscriber gets an alert, and why. */
interface Answer {
  readonly subscriber: string;
  readonly when: 'now' | 'later' | 'not';
  /** Only for `later`, ISO 8601. */
  readonly at?: string;
  readonly why: string;
}

function readArguments() {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { at: { type: 'string' }, config: { type: 'string' }, json: { type: 'boolean' } },
    });
    if (positionals.length === 0 && process.stdin.isTTY) throw new Error('no event is given');
    if (values.at !== undefined && !z.iso.datetime({ offset: true }).safeParse(values.at).success)
      throw new Error(`--at ${values.at} is not a time like 2026-11-20T23:00:00Z`);
    const at = values.at === undefined ? new Date() : new Date(values.at);
    return { ...values, at, paths: positionals.length === 0 ? ['-'] : positionals };
  });
}

async function run(): Promise<number> {
  const { at, config, json = false, paths } = readArguments();
  const configuration = readConfiguration(config);
  const { sources, unreadable } = read(paths);
  let handled = true;
  const show = (text: string) => process.stdout.write(text);
  try {
    await playAll(sources, configuration, (file, { outcome, reason, publications }) => {
      if (publications.length === 0) {
        const why = plainText(reason ?? outcome, 600);
        show(json ? `${JSON.stringify({ file, nobody: why })}\n` : `${file}\n   nobody: ${why}\n`);
      }
      for (const publication of publications) {
        const answers = answersFor(publication, configuration, at);
        show(
          json
            ? `${JSON.stringify({ file, subject: publication.subject, at: at.toISOString(), subscribers: answers })}\n`
            : textOf(file, publication, answers, configuration, at),
        );
      }
    });
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    process.stderr.write(`who: ${error.message}\n`);
    handled = false;
  }
  for (const what of unreadable) process.stderr.write(`who: ${what}\n`);
  return handled && unreadable.length === 0 ? 0 : 1;
}

function read(paths: readonly string[]) {
  try {
    return readEvents(paths.map(fromUser));
  } catch (error) {
    if (error instanceof UnreadablePath) throw new Refused(error.message, { cause: error });
    throw error;
  }
}

/** The answer for each subscriber, in the order of the file. */
function answersFor(publication: Publication, { subscribers, delivery, timeZone }: Configuration, at: Date): Answer[] {
  const message = AlertMessage.parse(JSON.parse(publication.bodies.get('default') ?? ''));
  const { attributes } = publication;
  const waitsFor = message.parent?.isWaitedFor ? { ...message.parent, arn: undefined } : undefined;
  const turns = turnsOf({ attributes, message, waitsFor }, delivery, at);
  return subscribers.map(({ email, phone }): Answer => {
    const subscriber = email ?? phone ?? '';
    const group = delivery.groups.find(({ keys }) => keys.includes(subscriber));
    const turn = turns.find((one) => one.group === group);
    if (turn === undefined) return { subscriber, when: 'not', why: missing(group?.filters ?? {}, attributes) };
    if (turn.waitsIn !== undefined) return { subscriber, ...later(turn.waitsIn, turn.group, timeZone) };
    const storm =
      message.severity === 'critical' ? 'one a second at most' : 'unless it has just got five in five minutes';
    return { subscriber, when: 'now', why: delivery.breaker ? storm : 'always' };
  });
}

function later(
  { until, parent, kind }: Window,
  { quiet, digest }: Group,
  timeZone: string,
): Omit<Answer, 'subscriber'> {
  const end = new Date(until);
  if (parent !== undefined)
    return {
      when: 'later',
      at: end.toISOString(),
      why: `in the alert about the end of ${nameOfParent(parent)}, or a day later`,
    };
  const zone = quiet?.zone ?? (digest !== undefined && 'zone' in digest ? digest.zone : timeZone);
  const why = kind === 'quiet' ? 'quiet hours' : 'it needs nobody, and comes in the digest';
  return { when: 'later', at: end.toISOString(), why: `${why}, until ${formatTime(end, zone)}` };
}

/** The first filter that the alert does not pass. */
function missing(filters: Filters, attributes: ReadonlyMap<string, string>): string {
  const found = Object.entries(filters).find(([name, values]) => !values?.includes(attributes.get(name) ?? ''));
  if (found === undefined) return 'it has no such filter';
  const [name, values = []] = found;
  return `its ${name} is ${attributes.get(name)}, and the filter wants ${values.join(', ')}`;
}

const WORDS = { now: 'at once', later: 'later', not: 'not' } as const;

function textOf(
  file: string,
  { subject = '' }: Publication,
  answers: readonly Answer[],
  { timeZone }: Configuration,
  at: Date,
): string {
  const width = Math.max(...answers.map(({ subscriber }) => subscriber.length), 0);
  return [
    plainText(file, 200),
    `   ${subject}`,
    `   decided at ${formatTime(at, timeZone)}`,
    ...answers.map(({ subscriber, when, why }) => `   ${subscriber.padEnd(width)}  ${WORDS[when].padEnd(7)}  ${why}`),
    ...(answers.length === 0 ? ['   nobody: ground-control.yml names no subscribers'] : []),
    '',
  ].join('\n');
}

endWithReader();
await runCommand('who', USAGE, run);
