import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  parseConfiguration,
  readConfigurationFile,
} from '../../infrastructure/configuration-file.ts';
import { generatedSchemas } from '../../infrastructure/generated-schemas.ts';
import { generatedKeys } from '../../infrastructure/keys/page.ts';
import { subscriptionsOf } from '../../infrastructure/subscriptions.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

function mistakesIn(yaml: string): readonly string[] {
  try {
    parseConfiguration(yaml);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('ground-control.yml', () => {
  it('as shipped is valid', () => {
    expect(readConfigurationFile(join(ROOT, 'ground-control.yml')).subscribers).toHaveLength(3);
  });

  it('may have nothing but empty sections', () => {
    expect(parseConfiguration('subscribers:\n')).toEqual(Configuration.parse({}));
    expect(parseConfiguration('review:\n  flows:\n    # none\n')).toEqual(Configuration.parse({}));
  });

  it.each([
    ['on', true],
    ['off', false],
    ['true', true],
    ['"on"', true],
  ])('switches chat with %s', (word, chat) => {
    expect(parseConfiguration(`chat: ${word}`).chat).toBe(chat);
  });

  it.each([
    [
      'subscribers:\n  - email: bob\n',
      ['ground-control.yml:2: subscribers[0].email: "bob": expected an e-mail address like name@example.com'],
    ],
    [
      'subscribers:\n  - phone: 5555550100\n',
      [
        'ground-control.yml:2: subscribers[0].phone: 5555550100: expected a phone number in quotes, like "+15555550100"',
      ],
    ],
    [
      'subscribers:\n  - phone: "0155"\n',
      [
        'ground-control.yml:2: subscribers[0].phone: "0155": expected an E.164 phone number in quotes, like "+15555550100"',
      ],
    ],
    [
      'subscribers:\n  - severities: [error]\n',
      ['ground-control.yml:2: subscribers[0]: {"severities":["error"]}: expected either email or phone, and not both'],
    ],
    [
      'subscribers:\n  - email: a@b.co\n    severities: [fatal]\n',
      ['ground-control.yml:3: subscribers[0].severities[0]: "fatal": expected one of: critical, error, warning, info'],
    ],
    [
      'subscribers:\n  - email: a@b.co\n  - email: A@b.co\n',
      [
        'ground-control.yml:3: subscribers[1].email: "A@b.co": expected each address once (a topic takes one subscription per address)',
      ],
    ],
    [
      'subscribers:\n  - emial: a@b.co\n',
      [
        'ground-control.yml:2: subscribers[0].emial: not a known key; did you mean email? Allowed here: email, phone, severities, families, statuses, teams, projects, digest, quiet, timeZone',
      ],
    ],
    ['', ['ground-control.yml: the file is empty; without subscribers it needs: subscribers: []']],
    ['# nothing\n', ['ground-control.yml: the file is empty; without subscribers it needs: subscribers: []']],
    [
      'subscriber: []\n',
      [
        'ground-control.yml:1: subscriber: not a known key; did you mean subscribers? Allowed here: subscribers, chat, logs, reasons, alerts, tags, timeZone, operators, reconciliation, budgets, labeling, review, teams, delivery, relays, dashboard, keepDays',
      ],
    ],
    [
      'timeZone: "+02:00"\n',
      [
        'ground-control.yml:1: timeZone: "+02:00": expected the name of a time zone, like "Europe/Berlin": an offset does not follow summer time',
      ],
    ],
    [
      'teams: { names: [Workers_aBcDeFgHi] }\n',
      [
        'ground-control.yml:1: teams.names[0]: "Workers_aBcDeFgHi": expected a user pool id, which begins with its region, like us-east-1_aBcDeFgHi',
      ],
    ],
    [
      'teams:\n  outputs:\n    - s3://bucket/cats/annotations/worker-response\n    - s3://bucket/cats/output.manifest\n',
      [
        'ground-control.yml:3: teams.outputs[0]: "s3://bucket/cats/annotations/worker-response": expected the S3OutputPath of labeling jobs or a folder above it, not the folder of worker responses in it',
        'ground-control.yml:4: teams.outputs[1]: "s3://bucket/cats/output.manifest": expected the S3OutputPath of labeling jobs or a folder above it, not a file',
      ],
    ],
    [
      'timeZone: Mars/Olympus\n',
      [
        'ground-control.yml:1: timeZone: "Mars/Olympus": expected a time zone of the IANA database, like "UTC" or "Europe/Berlin"',
      ],
    ],
    [
      'labeling:\n  mode: enforce\n',
      [
        'ground-control.yml:2: labeling.roles: nothing: expected, with mode: enforce, the IAM roles of your labeling jobs, like [arn:aws:iam::111122223333:role/labeling]. Jobs with other roles are not continued',
      ],
    ],
    [
      'labeling:\n  mode: enforce\n  roles: []\n',
      [
        'ground-control.yml:3: labeling.roles: []: expected, with mode: enforce, the IAM roles of your labeling jobs, like [arn:aws:iam::111122223333:role/labeling]. Jobs with other roles are not continued',
      ],
    ],
    [
      'labeling:\n  roles:\n    - arn:aws:iam::111122223333:role/a\n    - arn:aws:iam::111122223333:role/b\n    - arn:aws:iam::111122223333:role/a\n',
      [
        'ground-control.yml:5: labeling.roles[2]: "arn:aws:iam::111122223333:role/a": expected each role once; roles[0] is the same',
      ],
    ],
    [
      'labeling:\n  roles:\n    - arn:aws:iam::111122223333:role/a\n    - arn:aws:iam::444455556666:role/b\n    - arn:aws-cn:iam::111122223333:role/c\n',
      [
        'ground-control.yml:4: labeling.roles[1]: "arn:aws:iam::444455556666:role/b": expected roles of one account, that of the deployment; roles[0] is of account 111122223333 (arn:aws), and this one of account 444455556666 (arn:aws)',
        'ground-control.yml:5: labeling.roles[2]: "arn:aws-cn:iam::111122223333:role/c": expected roles of one account, that of the deployment; roles[0] is of account 111122223333 (arn:aws), and this one of account 111122223333 (arn:aws-cn)',
      ],
    ],
    [
      'review:\n  flows:\n    f: { prediction: initialValue, answer: /answerContent/label, level: 0 }\n',
      [
        'ground-control.yml:3: review.flows.f.prediction: "initialValue": expected a JSON pointer (RFC 6901) that begins with "/", like /initialValue',
        'ground-control.yml:3: review.flows.f.answer: "/answerContent/label": expected a pointer inside of answerContent, without its name: /category/label',
        'ground-control.yml:3: review.flows.f.level: 0: expected a percentage, like 90',
      ],
    ],
    [
      'review:\n  flows:\n    f: { prediction: /a }\n    "a b": {}\n',
      [
        'ground-control.yml:3: review.flows.f: {"prediction":"/a"}: expected both prediction and answer, or neither',
        'ground-control.yml:4: review.flows.a b: "a b": expected the name of a human review workflow or a labeling job',
      ],
    ],
    [
      'review:\n  flows: { __proto__: {} }\n',
      ['ground-control.yml:2: review.flows.__proto__: this key cannot be used'],
    ],
    [
      "review:\n  flows: { f: { level: 0.9, output: 's3://reviews/a b' }, g: { output: 's3://reviews/g/output.json' } }\n",
      [
        'ground-control.yml:2: review.flows.f.level: 0.9: expected a percentage, like 90',
        'ground-control.yml:2: review.flows.f.output: "s3://reviews/a b": expected a place in S3 without blanks, *, ? and $',
        'ground-control.yml:2: review.flows.g.output: "s3://reviews/g/output.json": expected a folder in S3, like s3://bucket/folder/',
      ],
    ],
    [
      'review:\n  flows: { f: { normalize: [] } }\n',
      [
        'ground-control.yml:2: review.flows.f.normalize: not a known key; did you mean normalise? Allowed here: prediction, answer, normalise, fields, level, set, approved, output',
      ],
    ],
    [
      'review:\n  flows: { f: { set: true } }\n',
      ['ground-control.yml:2: review.flows.f: {"set":true}: set: expected prediction and answer, too'],
    ],
    ['chat: maybe\n', ['ground-control.yml:1: chat: "maybe": expected on or off']],
    [
      'alerts:\n  training-job: [exploded]\n',
      [
        expect.stringContaining(
          'ground-control.yml:2: alerts.training-job[0]: "exploded": expected one of: completed, failed',
        ),
      ],
    ],
    ['- a list\n', ['ground-control.yml:1: the file: ["a list"]: expected entries beneath it, each like "key: value"']],
    ['chat: off\nchat: on\n', ['ground-control.yml:2: chat: on: this key appears twice; write it once']],
    [
      'chat: on\n---\nchat: off\n',
      ['ground-control.yml:2: ---: starts a second YAML document; the file may contain only one'],
    ],
    ['subscribers: *nope\n', [expect.stringMatching(/^ground-control.yml: aliases .* cannot be resolved/)]],
    ['subscribers: &a\n  - *a\n', [expect.stringMatching(/^ground-control.yml: aliases .* cannot be resolved/)]],
    [
      '"\\e[31mkey": 1\n',
      [
        'ground-control.yml:1: key: not a known key; allowed here: subscribers, chat, logs, reasons, alerts, tags, timeZone, operators, reconciliation, budgets, labeling, review, teams, delivery, relays, dashboard, keepDays',
      ],
    ],
    ['subscribers: [\n', [expect.stringMatching(/^ground-control.yml:\d: /)]],
  ])('is refused with a line a mistake: %j', (yaml, expected) => {
    expect(mistakesIn(yaml)).toEqual(expected);
  });

  it.each([
    ['__proto__', '__proto__'],
    ['budgets: {monthly: {__proto__: {churn: 5}}}', 'budgets.monthly.__proto__'],
    ['budgets: {monthly: {project: {__proto__: 5}}}', 'budgets.monthly.project.__proto__'],
    ['budgets: {caps: {__proto__: 5}}', 'budgets.caps.__proto__'],
    ['budgets: {prices: {us-east-1: {Training: {__proto__: 5}}}}', 'budgets.prices.us-east-1.Training.__proto__'],
    ['subscribers: [{email: a@b.co, __proto__: 1}]', 'subscribers[0].__proto__'],
  ])('loses no part of %s in silence', (yaml, path) => {
    const source = yaml === '__proto__' ? '__proto__: 1' : yaml;
    expect(mistakesIn(source)).toEqual([`ground-control.yml:1: ${path}: this key cannot be used`]);
  });

  it('may use names that every object has as names of teams, projects and tags', () => {
    const { budgets, subscribers } = parseConfiguration(
      'budgets: {teams: {toString: {training-job: 5}}, monthly: {constructor: {hasOwnProperty: 5}}}\n' +
        'subscribers: [{email: a@b.co, teams: [__proto__, valueOf]}]',
    );
    expect(JSON.stringify([budgets.teams, budgets.monthly, subscribers[0]?.teams])).toBe(
      '[{"toString":{"training-job":5}},{"constructor":{"hasOwnProperty":5}},["__proto__","valueOf"]]',
    );
    expect(mistakesIn('alerts: {toString: [failed]}\nbudgets: {constructor: {valueOf: 1}}')).toEqual([
      expect.stringContaining('ground-control.yml:1: alerts.toString: not a known key'),
      expect.stringContaining('ground-control.yml:2: budgets.constructor: not a known key'),
    ]);
  });

  it.each([
    ['severities: [Critical]', 'severities[0]: "Critical": expected "critical"'],
    ['families: [Training Job]', 'families[0]: "Training Job": expected "training-job"'],
    ['statuses: [IN_SERVICE]', 'statuses[0]: "IN_SERVICE": expected "InService"'],
    ['statuses: [Failed, rolling back]', 'statuses[1]: "rolling back": expected "RollingBack"'],
    ['statuses: [Exploded]', 'statuses[0]: "Exploded": expected a status that docs/routing.md lists'],
    ['statuses: [7]', 'statuses[0]: 7: expected a status that docs/routing.md lists'],
    ['families: [endpoints]', 'families[0]: "endpoints": expected one of: '],
    ['teams: [vision, "risk "]', 'teams[1]: "risk ": expected no spaces at the beginning or end'],
    [
      'projects: ["a\\u200bb"]',
      'projects[0]: "ab": expected no U+200B: such characters are removed or replaced; write "ab"',
    ],
    ['teams: ["ml 😀"]', 'teams[0]: "ml 😀": expected no U+1F600: such characters are removed or replaced; write "ml"'],
    [`teams: [${'x'.repeat(257)}]`, 'expected at most 256 characters'],
    ['teams: [""]', 'teams[0]: "": expected some text'],
    ['teams: vision', 'teams: "vision": expected a list'],
    ['severities: []', 'severities: []: expected at least 1 entry'],
    ['teams: [42]', 'teams[0]: 42: expected text'],
  ])('refuses a filter that no alert passes: %s', (filter, words) => {
    const [mistake, ...more] = mistakesIn(`subscribers:\n  - email: a@b.co\n    ${filter}\n`);
    expect(mistake).toMatch(/^ground-control\.yml:3: subscribers\[0\]\./);
    expect([mistake, more]).toEqual([expect.stringContaining(words), []]);
  });

  it.each([
    ['alerts: { training-job: [TIME_LIMIT] }', 'alerts.training-job[0]: "TIME_LIMIT": expected "time-limit"'],
    ['tags: { team: ["cost  center"] }', 'expected single spaces: several become one; write "cost center"'],
    ['budgets: { monthly: { "cost\\tcenter": { a: 1 } } }', 'expected no U+0009'],
    ['budgets: { teams: { "a  b": { training-job: 1 } } }', 'expected single spaces'],
  ])('refuses a word that no event has: %s', (source, words) => {
    expect(mistakesIn(source)).toEqual([expect.stringContaining(words)]);
  });

  it('leads to one error that names all its mistakes', () => {
    expect(mistakesIn('chat: maybe\ntimeZone: Nowhere\nsubscribers:\n  - email: bob\n')).toHaveLength(3);
  });

  it('may have any number of filter values: Ground Control decides, not SNS', () => {
    const many = (word: string) => Array.from({ length: 40 }, (_, at) => `${word}${at}`).join(', ');
    const yaml = `subscribers:\n  - email: a@b.co\n    teams: [${many('t')}]\n    projects: [${many('p')}]\n`;
    expect(mistakesIn(yaml)).toEqual([]);
  });

  it('may have 32 different combinations of settings, however many subscribers share them', () => {
    const subscribers = (groups: number) =>
      Array.from({ length: 100 }, (_, at) => `  - { email: a${at}@b.co, teams: [t${at % groups}] }`).join('\n');
    expect(mistakesIn(`subscribers:\n${subscribers(32)}\n`)).toEqual([]);
    expect(mistakesIn(`subscribers:\n${subscribers(33)}\n`)).toEqual([
      expect.stringMatching(
        /: expected at most 32 different combinations of filters, digest and quiet hours; there are 33$/,
      ),
    ]);
  });

  it.each([
    ['quiet: { from: 2200, to: "07:00" }', 'quiet.from: 2200: expected a time of day, like "22:00"'],
    ['quiet: { from: "25:00", to: "07:00" }', 'quiet.from: "25:00": expected a time of day from "00:00" to "23:59"'],
    [
      'quiet: { from: "07:00", to: "07:00" }',
      'quiet: {"from":"07:00","to":"07:00"}: expected from and to to be different',
    ],
    ['quiet: { from: "22:00" }', 'quiet.to: nothing: expected a time of day, like "22:00"'],
    ['quiet: { from: "22:00", to: "07:00", days: [funday] }', 'quiet.days[0]: "funday": expected one of: mon, tue'],
    ['quiet: { from: "22:00", to: "07:00", days: [] }', 'quiet.days: []: expected'],
    ['quiet: { from: "22:00", to: "07:00", days: [mon, mon] }', 'quiet.days: ["mon","mon"]: expected each day once'],
    ['quiet: { from: "22:00", to: "07:00", except: [urgent] }', 'quiet.except[0]: "urgent": expected one of: critical'],
    ['digest: 4m', 'digest: "4m": expected minutes or hours from 5m to 24h, like 15m, or "daily 08:00", or off'],
    ['digest: 25h', 'digest: "25h": expected minutes or hours'],
    ['digest: daily', 'digest: "daily": expected minutes or hours'],
    ['digest: 15', 'digest: 15: expected minutes or hours'],
    ['timeZone: Berlin', 'timeZone: "Berlin": expected a time zone of the IANA database'],
  ])('refuses of a subscriber %s', (setting, mistake) => {
    const found = mistakesIn(`subscribers:\n  - email: a@b.co\n    ${setting}\n`);
    expect(found).toEqual([expect.stringContaining(mistake)]);
  });

  it('reads quiet hours and digests by the clock of the subscriber, or else of the file', () => {
    const { groups } = parseConfiguration(
      'timeZone: Europe/Berlin\nsubscribers:\n  - { email: a@b.co, digest: daily 08:30 }\n' +
        '  - { email: c@d.co, digest: 2h, timeZone: Asia/Tokyo, quiet: { from: "22:00", to: "06:15" } }\n' +
        '  - { email: e@f.co, digest: off }\n',
    ).delivery;
    expect(groups.map(({ digest, quiet }) => ({ digest, quiet }))).toEqual([
      { digest: { dailyAt: 510, zone: 'Europe/Berlin' }, quiet: undefined },
      {
        digest: { everyMinutes: 120 },
        quiet: {
          from: 1320,
          to: 375,
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          zone: 'Asia/Tokyo',
          except: ['critical'],
        },
      },
      { digest: undefined, quiet: undefined },
    ]);
  });

  it('puts subscribers with the same settings into one group, in whatever order they are written', () => {
    const { groups } = parseConfiguration(
      'subscribers:\n  - { email: a@b.co, teams: [x, y], severities: [error] }\n' +
        '  - { email: c@d.co, severities: [error], teams: [y, x] }\n  - { email: e@f.co }\n  - { phone: "+15555550100" }\n',
    ).delivery;
    expect(groups.map(({ keys }) => keys)).toEqual([
      ['a@b.co', 'c@d.co'],
      ['e@f.co', '+15555550100'],
    ]);
  });

  it.each([
    ['[labeling-job]', '[InService]', 'labeling-job', 'InService'],
    ['[training-job, pipeline]', '[Failed, InService]', 'training-job, pipeline', 'InService'],
  ])('may not ask families %s for statuses %s: no alert would ever pass', (families, statuses, named, status) => {
    const source = `subscribers:\n  - phone: "+15555550100"\n    families: ${families}\n    statuses: ${statuses}\n`;
    expect(mistakesIn(source)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^ground-control.yml:4: subscribers\\[0\\].statuses\\[\\d\\]: "${status}": no alert of ${named} has this status; they have: unknown, `,
        ),
      ),
    ]);
  });

  it.each(['families: [resource]', 'families: [endpoint, labeling-job]', 'severities: [error]'])(
    'may ask %s for the status InService',
    (filter) => {
      const source = `subscribers:\n  - phone: "+15555550100"\n    ${filter}\n    statuses: [InService]\n`;
      expect(parseConfiguration(source).subscribers).toHaveLength(1);
    },
  );

  it.each([
    [
      'keys are as they are written',
      'budgets: { monthly: { cost-center: { 0815: 3 }, version: { 1.10: 4 } } }',
      { 'cost-center': { '0815': 3 }, version: { '1.10': 4 } },
    ],
    ['a section whose entries are commented out is empty', 'budgets:\n  monthly:\n    # project: { churn: 5 }\n', {}],
    ['every section may be empty', 'subscribers:\noperators:\nalerts:\ntags:\nlabeling:\nreconciliation:\n', {}],
  ])('%s', (_, source, monthly) => {
    expect(parseConfiguration(source).budgets.monthly).toEqual(monthly);
  });

  it.each([
    [
      'budgets: { caps: { trainingjob: 25 } }',
      'did you mean training-job? Allowed here: training-job, tuning-job, processing-job, transform-job',
    ],
    ['budgets: { monthly: { project: { unknown: 1 } } }', '"unknown" means that the tag is missing'],
    ['budgets: { monthly: { project: 2000 } }', 'expected entries beneath it'],
    ['budgets: { monthly: { project: { "churn ": 1 } } }', 'expected no spaces at the beginning or end'],
    ['budgets: { monthly: { project: { churn: 1 }, Project: { churn: 2 } } }', 'expected each tag key once'],
    ['budgets: { prices: { eu-west: {} } }', 'expected a region, like us-east-1'],
    ['budgets: { mostStopsPerHour: .nan }', 'mostStopsPerHour: NaN'],
  ])('%s is refused: %s', (source, words) => {
    expect(() => parseConfiguration(source)).toThrow(words);
  });

  it('leads to an error with its name when it is missing', () => {
    expect(() => readConfigurationFile(join(ROOT, 'no-such.yml'))).toThrow(
      'no-such.yml: cannot be read (there is no such file)',
    );
  });
});

describe('the subscriptions of the topic', () => {
  const filterOf = (settings: object) =>
    Object.values(
      subscriptionsOf(Configuration.parse({ subscribers: [{ email: 'all@example.com', ...settings }] }), ['Sender']),
    )[0];

  it('take what names the key of their subscriber, after the functions that send it are deployed', () => {
    expect(filterOf({})).toEqual({
      Type: 'AWS::SNS::Subscription',
      DependsOn: ['Sender'],
      Properties: {
        TopicArn: { Ref: 'AlertsTopic' },
        Protocol: 'email',
        Endpoint: 'all@example.com',
        FilterPolicyScope: 'MessageAttributes',
        FilterPolicy: { groups: ['f1e27cae45a5'] },
      },
    });
  });

  it('stay as they are when the filters of a subscriber change: SNS takes 15 minutes to change a filter', () => {
    expect(filterOf({ severities: ['critical'], quiet: { from: '22:00', to: '07:00' } })).toEqual(filterOf({}));
  });

  it('of operators have no filter', () => {
    const { Properties, ...rest } =
      Object.values(subscriptionsOf(Configuration.parse({ operators: ['ops@example.com'] }), ['Sender']))[0] ?? {};
    expect([Properties, rest]).toEqual([
      { TopicArn: { Ref: 'OperatorsTopic' }, Protocol: 'email', Endpoint: 'ops@example.com' },
      { Type: 'AWS::SNS::Subscription' },
    ]);
  });

  it('keep their names when the file is reordered', () => {
    const names = (...emails: string[]) =>
      Object.keys(subscriptionsOf(Configuration.parse({ subscribers: emails.map((email) => ({ email })) }), [])).sort();
    expect(names('a@b.co', 'c@d.co')).toEqual(names('c@d.co', 'a@b.co'));
  });
});

describe('the generated JSON Schemas', () => {
  it.each(generatedSchemas().map(({ file, text }) => [file, text]))(
    'are current: %s (npm run generate)',
    (file, text) => {
      expect(readFileSync(join(ROOT, file), 'utf8')).toBe(text);
    },
  );
});

describe('docs/configuration.md', () => {
  const { file, text } = generatedKeys();

  it('is current (npm run generate)', () => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toBe(text);
  });

  it('names every key of the schema, and says what each is for', () => {
    interface Node {
      readonly properties?: Readonly<Record<string, Node>>;
    }
    const schema = JSON.parse(readFileSync(join(ROOT, 'ground-control.schema.json'), 'utf8'), (_, value) => value);
    const names = (node: Node): string[] =>
      Object.values(node).flatMap((value) =>
        typeof value === 'object' && value !== null ? [...Object.keys(value.properties ?? {}), ...names(value)] : [],
      );
    const bullets = text.split('\n').flatMap((line) => /^- `(?<path>[^`]*)`: \w/.exec(line)?.groups?.['path'] ?? []);
    const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, name = '']) => name);
    const named = new Set([...sections, ...bullets.map((path) => path.split('.').at(-1) ?? '')]);
    for (const name of [...Object.keys(schema.properties), ...names(schema.properties)]) expect(named).toContain(name);
    expect(text).not.toMatch(/`: \(/);
  });
});

describe('labeling.roles in ground-control.yml', () => {
  const rolesIn = (role: string) => parseConfiguration(`labeling: { roles: [${JSON.stringify(role)}] }`).labeling.roles;
  const account = '111122223333';

  it.each([
    `arn:aws:iam::${account}:role/labeling`,
    `arn:aws-cn:iam::${account}:role/labeling`,
    `arn:aws-us-gov:iam::${account}:role/labeling`,
    `arn:aws:iam::${account}:role/service-role/AmazonSageMaker-ExecutionRole-20210122T130644`,
    `arn:aws:iam::${account}:role/teams/vision/a+b=c,d.e@f-g_h`,
  ])('may have %s', (role) => {
    expect(rolesIn(role)).toEqual([role]);
  });

  it.each([
    '*',
    'labeling',
    `arn:aws:iam::${account}:role/*`,
    `arn:aws:iam::${account}:role/label?ng`,
    `arn:aws:iam::${account}:role/teams/*/labeling`,
    `arn:aws:iam::*:role/labeling`,
    `arn:*:iam::${account}:role/labeling`,
    `arn:aws:iam::${account}:role/`,
    `arn:aws:iam::${account}:role//labeling`,
    `arn:aws:iam::${account}:role/teams/`,
    `arn:aws:iam::${account}:user/labeling`,
    `arn:aws:iam::${account}:root`,
    `arn:aws:iam::1111:role/labeling`,
    `arn:aws:iam:us-east-1:${account}:role/labeling`,
    `arn:aws:sts::${account}:assumed-role/labeling/session`,
    'arn:aws:iam::${AWS::AccountId}:role/labeling',
    `arn:aws:iam::${account}:role/\${aws:username}`,
    ` arn:aws:iam::${account}:role/labeling`,
    `arn:aws:iam::${account}:role/labeling\n`,
    `arn:aws:iam::${account}:role/${'a'.repeat(65)}`,
  ])('may not have %j', (role) => {
    expect(() => rolesIn(role)).toThrow('expected the ARN of an IAM role with its path and without wildcards');
  });

  it('have to fit into the policies of a role', () => {
    const roles = Array.from({ length: 60 }, (_, at) => `arn:aws:iam::${account}:role/${'a'.repeat(60)}${at}`);
    expect(() => parseConfiguration(`labeling: { roles: ${JSON.stringify(roles)} }`)).toThrow(
      'expected roles of at most 5000 characters together',
    );
  });
});
