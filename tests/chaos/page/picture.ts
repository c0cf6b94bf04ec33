/** What a picture shows: plain data about one story. */
import { basename } from 'node:path';
import type { FaultKind, Life } from '../plan/life.ts';
import { FAULTS } from '../plan/life.ts';
import type { Entry } from '../record.ts';
import type { Counts, StoryOptions, StoryResult } from '../story.ts';

/** One life. */
export interface Line {
  readonly name: string;
  readonly type: string;
  /** What else is known about it, for its history. */
  readonly facts: readonly string[];
  readonly entries: readonly Entry[];
}

export interface Picture {
  readonly seed: number;
  /** The command that plays this story again. */
  readonly command: string;
  readonly counts: Counts;
  readonly wrong: readonly string[];
  /** Entries about the whole story. */
  readonly common: readonly Entry[];
  /** Lives with something wrong come first, then the others; both in order of their numbers. */
  readonly lines: readonly Line[];
}

/** What a story was played with, and the file of its picture. */
export interface Played extends Pick<StoryOptions, 'jobs'> {
  readonly faults: readonly FaultKind[];
  readonly without: readonly string[];
  readonly html: string;
}

export function pictureOf({ seed, lives, record, wrong, counts }: StoryResult, played: Played): Picture {
  const lines = lives.map((life) => ({
    name: life.name,
    type: life.type,
    facts: factsOf(life),
    entries: once(record.of(life.name)),
  }));
  return {
    seed,
    command: commandOf(seed, played),
    counts,
    wrong,
    // The record has no name for a failed check that concerns no life.
    common: [...record.common, ...once(record.of(''))],
    lines: lines.toSorted((one, other) => Number(hasWrong(other)) - Number(hasWrong(one)) || byNumber(one, other)),
  };
}

export const hasWrong = ({ entries }: Pick<Line, 'entries'>): boolean => entries.some(({ kind }) => kind === 'wrong');

const byNumber = (one: Line, other: Line) => one.name.localeCompare(other.name, 'en', { numeric: true });

/** Without repetitions of the same failed check. */
const once = (entries: readonly Entry[]) =>
  entries.filter(
    ({ kind, text }, index) =>
      kind !== 'wrong' || entries.findIndex((other) => other.kind === kind && other.text === text) === index,
  );

const factsOf = ({ arn, functionName, team, budget, labeling, isListed, isHeldBack }: Life): string[] => [
  arn,
  `events go to the function ${functionName}`,
  team === undefined ? 'no tag names a team' : `team ${team}`,
  ...(budget === undefined ? [] : [`budget: ${budget}`]),
  ...(labeling === undefined ? [] : [`labeling: ${labeling}`]),
  ...(isListed ? [] : ['SageMaker does not list it']),
  ...(isHeldBack === true ? ['its last change happens during the throttling'] : []),
];

/** Options that have their defaults are left out, except for the number of lives. */
export function commandOf(seed: number, { jobs, faults, without, html }: Played): string {
  const hasAll = FAULTS.every((fault) => faults.includes(fault));
  const words = [
    ...['--seed', `${seed}`, '--jobs', `${jobs}`],
    ...(hasAll ? [] : ['--faults', faults.join(',')]),
    ...(without.length === 0 ? [] : ['--without', without.join(',')]),
    ...['--html', basename(html)],
  ];
  return `npm run --silent test:chaos -- ${words.map(quoted).join(' ')}`;
}

/** A word for a shell. */
const quoted = (word: string) => (/^[\w./,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
