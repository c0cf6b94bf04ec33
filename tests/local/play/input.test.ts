import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvents, UnreadablePath } from '../../../local/play/input.ts';
import { trainingEvent } from '../../support/events.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();

const event = JSON.stringify(trainingEvent());

describe('a file of events', () => {
  it.each([
    ['a list of events', JSON.stringify([trainingEvent(), trainingEvent({ TrainingJobName: 'second' })])],
    [
      'lines of events',
      `${JSON.stringify(trainingEvent())}\n${JSON.stringify(trainingEvent({ TrainingJobName: 'second' }))}\n`,
    ],
    [
      'a dump of a queue of failed events',
      JSON.stringify({
        Messages: [trainingEvent(), trainingEvent({ TrainingJobName: 'second' })].map((event) => ({
          Body: JSON.stringify({ requestContext: {}, requestPayload: event }),
        })),
      }),
    ],
    [
      'a dump of the quarantine queue',
      JSON.stringify([
        { Body: JSON.stringify({ reason: 'x', event: trainingEvent() }) },
        { Body: JSON.stringify({ reason: 'x', event: trainingEvent({ TrainingJobName: 'second' }) }) },
      ]),
    ],
    [
      'a file with a byte order mark',
      `\ufeff${JSON.stringify([trainingEvent(), trainingEvent({ TrainingJobName: 'second' })])}`,
    ],
  ])('may be %s', (name, content) => {
    const file = fileWith(`${name}.json`, content);
    expect(readEvents([file])).toEqual({
      sources: [
        { file: `${file}#1`, event: trainingEvent() },
        { file: `${file}#2`, event: trainingEvent({ TrainingJobName: 'second' }) },
      ],
      unreadable: [],
    });
  });

  it.each([
    ['text', 'notes.txt', 'Dear all,\nthe job failed.\n', 'is not JSON'],
    ['truncated JSON', 'cut.json', event.slice(0, 200), 'is JSON that ends too early'],
    [
      'truncated JSON of many lines',
      'long.json',
      JSON.stringify([trainingEvent()], null, 2).slice(0, 300),
      'is JSON that ends too early',
    ],
    ['UTF-16', 'utf16.json', Buffer.from(`\ufeff${event}`, 'utf16le'), 'is UTF-16 text; expected UTF-8'],
    [
      'UTF-16 without a mark',
      'bare.json',
      Buffer.from(event, 'utf16le'),
      'holds NUL characters: it is UTF-16 text or not text; expected UTF-8',
    ],
    ['another encoding', 'latin.json', Buffer.from('{"name": "M\xfcller"}', 'latin1'), 'is not UTF-8 text'],
    ['nothing', 'empty.json', '', 'is empty'],
    ['damaged gzip', 'damaged.json.gz', gzipSync(event).subarray(0, 60), 'is damaged gzip'],
  ])('is named as unreadable when it is %s', (_, name, content, why) => {
    const file = fileWith(name, content);
    expect(readEvents([file])).toEqual({ sources: [], unreadable: [`${file}: ${why}`] });
  });

  it('of lines is read without the lines that are not JSON, and these are named', () => {
    const file = fileWith('lines.jsonl', `${event}\n${event.slice(0, 50)}\n\n${event}\nnonsense\n`);
    const { sources, unreadable } = readEvents([file]);
    expect([sources.length, unreadable]).toEqual([
      2,
      [`${file}:2: is JSON that ends too early`, `${file}:5: is not JSON`],
    ]);
  });
});

describe('a folder of events', () => {
  it('is read at any depth: .json, .jsonl, .ndjson and .gz files, and nothing else', () => {
    for (const [name, content] of [
      ['archive/a.json', event],
      ['archive/2026/b.jsonl', `${event}\n${event}\n`],
      ['archive/2026/c.ndjson', `${event}\n`],
      ['archive/2026/11/d.json.gz', gzipSync(event)],
      ['archive/2026/11/firehose-1.gz', gzipSync(`${event}\n${event}\n`)],
      ['archive/readme.txt', 'text'],
      ['archive/package.json', '{}'],
    ] as const)
      fileWith(name, content);
    const { sources, unreadable } = readEvents([join(folder, 'archive')]);
    expect([sources.map(({ file }) => file.replace(`${folder}/archive/`, '')), unreadable]).toEqual([
      [
        '2026/11/d.json.gz',
        '2026/11/firehose-1.gz#1',
        '2026/11/firehose-1.gz#2',
        '2026/b.jsonl#1',
        '2026/b.jsonl#2',
        '2026/c.ndjson',
        'a.json',
      ],
      [],
    ]);
  });

  it('is refused when it holds no such file', () => {
    mkdirSync(join(folder, 'bare'), { recursive: true });
    expect(() => readEvents([join(folder, 'bare')])).toThrow(UnreadablePath);
  });
});
