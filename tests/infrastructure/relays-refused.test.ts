import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfiguration } from '../../infrastructure/configuration-file.ts';
import { KINDS } from '../../schemas/configuration/relay-targets.ts';
import { kindsOf } from '../../schemas/configuration/relays-section.ts';
import { ROOT } from '../support/events.ts';
import { EACH_KIND, fileWith } from '../support/relays.ts';

function mistakesIn(yaml: string, region?: string, bus = 'ground-control-prod'): readonly string[] {
  const deployment = region === undefined ? undefined : { region, bus };
  try {
    parseConfiguration(yaml, 'ground-control.yml', deployment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

/** The mistakes of a relay called `r`, without the place that all of them have. */
const mistakesOf = (target: string, region?: string) =>
  mistakesIn(fileWith({ r: target }), region).map((line) => line.replace('ground-control.yml:3: relays.to.r', ''));

const hook = (url: string) => `{ webhook: { url: "${url}", apiKey: { header: X-Key, secret: s } } }`;
const command = (more: string) => `{ runCommand: { ${more} } }`;
const ONE_OF =
  'expected exactly one of: lambda, kinesis, queue, topic, stateMachine, bus, logs, runCommand, webhook, pagerDuty';

describe('a relay', () => {
  it('of each kind is in the file that CI packages', () => {
    const { relays } = parseConfiguration(readFileSync(join(ROOT, 'tests/fixtures/relays.yml'), 'utf8'));
    expect(new Set(Object.values(relays.to).flatMap(kindsOf))).toEqual(new Set(KINDS));
  });

  it.each(Object.entries(EACH_KIND))('%s is accepted', (name, target) => {
    expect(mistakesIn(fileWith({ [name]: target }), 'us-east-1')).toEqual([]);
  });

  it.each([
    ['{}', [`: {}: ${ONE_OF}`]],
    ['{ logs: on, topic: "arn:aws:sns:us-east-1:111122223333:t" }', [`: {logs, topic}: ${ONE_OF}`]],
    ['{ logs: off }', ['.logs: "off": expected on']],
    ['{ logs: on, retry: { hours: 25 } }', ['.retry.hours: 25: expected hours from 0.017, which is a minute, to 24']],
    ['{ logs: on, retry: { attempts: 186 } }', ['.retry.attempts: 186: expected at most 185']],
    ['{ logs: on, what: [change] }', ['.what[0]: "change": expected one of: changes, actions; did you mean changes?']],
    ['{ logs: on, what: [] }', ['.what: []: expected at least 1 entry']],
    [
      '{ logs: on, severities: [Critical] }',
      ['.severities[0]: "Critical": expected "critical"; did you mean critical?'],
    ],
    ['{ logs: on, teams: ["a  b"] }', ['.teams[0]: "a b": expected single spaces: several become one; write "a b"']],
    [
      '{ logs: on, key: "arn:aws:kms:us-east-1:111122223333:key/1" }',
      ['.key: "arn:aws:kms:us-east-1:111122223333:key/1": expected a key only with one of: kinesis, queue, topic'],
    ],
  ])('%s is refused', (target, expected) => {
    expect(mistakesOf(target)).toEqual(expected);
  });

  it.each([
    ['lambda', 'arn:aws:sqs:us-east-1:111122223333:q', 'a Lambda function, like arn:aws:lambda:eu-west-1:'],
    [
      'kinesis',
      'arn:aws:kinesis:us-east-1:111122223333:changes',
      'an Amazon Kinesis data stream, like arn:aws:kinesis:',
    ],
    ['queue', 'https://sqs.us-east-1.amazonaws.com/111122223333/q', 'an Amazon SQS queue, like arn:aws:sqs:eu-west-1:'],
    ['topic', 'arn:aws:sns:us-east-1:111122223333:t:0f5ae6b2', 'an Amazon SNS topic, like arn:aws:sns:eu-west-1:'],
    [
      'stateMachine',
      'arn:aws:states:us-east-1:111122223333:execution:m:1',
      'a Step Functions state machine, like arn:',
    ],
    ['stateMachine', 'arn:aws:states:us-east-1:111122223333:stateMachine:m:${AWS::Region}', 'a Step Functions state'],
    ['bus', 'arn:aws:events:us-east-1:111122223333:rule/r', 'an EventBridge event bus, like arn:aws:events:eu-west-1:'],
    ['bus', 'central', 'an EventBridge event bus, like arn:aws:events:eu-west-1:111122223333:event-bus/central'],
  ])('%s: %s is refused', (kind, arn, words) => {
    expect(mistakesOf(`{ ${kind}: "${arn}" }`)).toEqual([expect.stringContaining(`expected the ARN of ${words}`)]);
  });

  it.each([
    ['q.FIFO', 'expected .fifo in lower case at the end of the name'],
    [`${'q'.repeat(76)}.fifo`, 'expected the name of a queue, of at most 80 characters; this one has 81'],
  ])('to a queue called %s is refused with the reason', (name, why) => {
    expect(mistakesOf(`{ queue: "arn:aws:sqs:us-east-1:111122223333:${name}" }`)).toEqual([
      expect.stringMatching(new RegExp(`^\\.queue: .*: ${why}$`)),
    ]);
  });

  it('at the wrong level gets a hint', () => {
    expect(mistakesIn('relays:\n  warehouse: { logs: on }\n')).toEqual([
      'ground-control.yml:2: relays.warehouse: not a known key; allowed here: tags, to; write relays below to',
    ]);
  });

  it.each([
    '{ logs: on, teams: ["{{resolve:ssm:a}}"] }',
    '{ webhook: { url: "https://a.acme.co/x", oauth: { tokenUrl: "https://a.acme.co/x", clientId: "{{resolve:ssm:a}}", secret: s } } }',
  ])('has no text that CloudFormation replaces: %s', (target) => {
    expect(mistakesOf(target)).toEqual([expect.stringContaining('without {{resolve:…}}')]);
  });

  it('to a FIFO topic is refused', () => {
    expect(mistakesOf('{ topic: "arn:aws:sns:us-east-1:111122223333:t.fifo" }')).toEqual([
      expect.stringMatching(/^\.topic: .*: expected a standard topic: EventBridge gives no message group/),
    ]);
  });

  it.each(['Warehouse', '1st', 'a_b', 'a.b', 'x'.repeat(31), '-a'])('called %s is refused', (name) => {
    expect(mistakesIn(fileWith({ [name]: '{ logs: on }' }))).toEqual([
      expect.stringContaining(`"${name}": expected a name of lower-case letters, digits and "-" that begins with`),
    ]);
  });

  it('is refused when its name makes the same logical ids as another one', () => {
    expect(mistakesIn(fileWith({ 'gpu-1': '{ logs: on }', gpu1: '{ logs: on }' }))).toEqual([
      'ground-control.yml:4: relays.to.gpu1: expected another name: without "-", it is that of gpu-1',
    ]);
  });

  it('is refused when its name and the stage are too long together', () => {
    const bus = `ground-control-${'s'.repeat(29)}`;
    const mistakes = (name: string) => mistakesIn(fileWith({ [name]: '{ logs: on }' }), 'us-east-1', bus);
    expect(mistakes('r'.repeat(19))).toEqual([]);
    expect(mistakes('r'.repeat(20))).toEqual([
      expect.stringMatching(/: expected a shorter name, .* has 65 characters, and EventBridge allows 64$/),
    ]);
  });

  it('number 21 is refused', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`r${at}`, '{ logs: on }']));
    expect(mistakesIn(fileWith(many))).toEqual([expect.stringMatching(/relays\.to: .*: expected at most 20 relays$/)]);
  });

  it('is refused when its filters make too long a pattern', () => {
    const teams = Array.from({ length: 90 }, (_, at) => `team-with-a-long-name-${at}`);
    expect(mistakesOf(`{ logs: on, teams: [${teams.slice(0, 70).join(', ')}] }`)).toEqual([]);
    expect(mistakesOf(`{ logs: on, teams: [${teams.join(', ')}] }`)).toEqual([
      expect.stringMatching(/^: expected fewer or shorter values in its filters: .* of 2\d{3} characters, .* 2048$/),
    ]);
  });

  it.each([
    ['kinesis', 'arn:aws:kinesis:us-east-1:111122223333:stream/s', 'us-east-1', undefined],
    ['kinesis', 'arn:aws:kinesis:us-east-1:111122223333:stream/s', 'eu-west-1', 'expected an ARN in eu-west-1, the'],
    ['queue', 'arn:aws:sqs:us-east-1:111122223333:q', 'cn-north-1', 'begins with arn:aws-cn: as the deployment is in'],
    ['queue', 'arn:aws-us-gov:sqs:us-gov-west-1:111122223333:q', 'us-gov-west-1', undefined],
    ['queue', 'arn:aws-cn:sqs:us-east-1:111122223333:q', 'us-east-1', 'expected an ARN that begins with arn:aws: as'],
    ['bus', 'arn:aws:events:us-east-1:444455556666:event-bus/b', 'eu-west-1', undefined],
    ['bus', 'arn:aws-cn:events:cn-north-1:444455556666:event-bus/b', 'eu-west-1', 'begins with arn:aws: as'],
    ['bus', 'arn:aws:events:eu-west-1:111122223333:event-bus/ground-control-prod', 'us-east-1', undefined],
    [
      'bus',
      'arn:aws:events:eu-west-1:111122223333:event-bus/ground-control-prod',
      'eu-west-1',
      'expected a bus with another name',
    ],
    [
      'bus',
      'arn:aws:events:eu-west-1:444455556666:event-bus/ground-control-prod',
      'eu-west-1',
      'does not know the account',
    ],
  ])('%s: %s in a deployment to %s: %s', (kind, arn, region, words) => {
    expect(mistakesOf(`{ ${kind}: "${arn}" }`, region)).toEqual(
      words === undefined ? [] : [expect.stringMatching(new RegExp(`^\\.${kind}: .*${words}`))],
    );
    // Commands that deploy nothing do not know a region.
    expect(mistakesOf(`{ ${kind}: "${arn}" }`)).toEqual([]);
  });

  it.each([
    [EACH_KIND.stream, ['.kinesis', '.key']],
    [EACH_KIND.basic, ['.webhook.basic.secret']],
  ])('has every ARN in the region of the deployment: %s', (target, paths) => {
    expect(mistakesOf(target, 'eu-west-1').map((line) => line.split(': ')[0])).toEqual(paths);
  });
});

describe('the URL of a webhook', () => {
  it.each([
    ['http://api.acme-widgets.com/x', 'expected a URL that begins with https://'],
    ['api.acme-widgets.com/x', 'expected a URL that begins with https://'],
    ['https://', 'expected a URL that begins with https://'],
    ['https:api.acme-widgets.com/x', 'expected a URL that begins with https://'],
    ['https:/api.acme-widgets.com/x', 'expected a URL that begins with https://'],
    ['https:///api.acme-widgets.com/x', 'expected a URL that begins with https://'],
    ['https://@api.acme-widgets.com/', 'expected no user and password in the URL'],
    ['https://-bad-.acme.com/', 'expected a public host name'],
    ['https://api.acme..com/', 'expected a public host name'],
    ...['corp', 'lan', 'home', 'intranet', 'private', 'localdomain', 'internal', 'test', 'example', 'invalid'].map(
      (name) => [`https://api.acme.${name}/x`, 'expected a public host name'],
    ),
    ['https://api.acme-widgets.com/%zz', 'two hexadecimal digits after each %'],
    ['https://api.acme-widgets.com/100%', 'two hexadecimal digits after each %'],
    ['https://hooks.slack-gov.com/services/T0/B0/x', 'expected a URL that is no secret'],
    ['https://discordapp.com/api/webhooks/1/x', 'expected a URL that is no secret'],
    ['https://discord.com/api/webhooks/1/x', 'expected a URL that is no secret'],
    ['https://hooks.zapier.com/hooks/catch/1/x', 'expected a URL that is no secret'],
    ['https://api.telegram.org/bot1:x/sendMessage', 'expected a URL that is no secret'],
    ['https://events.pagerduty.com/integration/x/enqueue', 'expected a URL that is no secret'],
    ['https://api.acme-widgets.com/x;key=1/y', 'expected no secret in the URL'],
    ['https://user:pass@api.acme-widgets.com/x', 'expected no user and password in the URL'],
    ['https://api.acme-widgets.com:8443/x', 'expected no port: EventBridge documents only 443'],
    ['https://127.0.0.1/x', 'expected a public host name, not an IP address'],
    ['https://2130706433/x', 'expected a public host name, not an IP address'],
    ['https://0x7f.1/x', 'expected a public host name, not an IP address'],
    ['https://169.254.169.254/latest/meta-data', 'expected a public host name, not an IP address'],
    ['https://[::1]/x', 'expected a public host name, not an IP address'],
    ['https://localhost/x', 'expected a public host name'],
    ['https://api.localhost/x', 'expected a public host name'],
    ['https://localhost./x', 'expected a public host name'],
    ['https://db.internal/x', 'expected a public host name'],
    ['https://printer.local/x', 'expected a public host name'],
    ['https://api.acme-widgets.com/x#y', 'expected no "#" in the URL'],
    ['https://api.acme-widgets.com/x?api_key=1', 'expected no secret in the URL'],
    ['https://hooks.slack.com/services/T0/B0/x', 'expected a URL that is no secret'],
    ['https://acme.webhook.office.com/webhookb2/x', 'expected a URL that is no secret'],
    ['https://api.acme-widgets.com/*', 'expected a URL without *, blanks and other signs'],
    ['https://api.acme-widgets.com/a b', 'expected a URL without *, blanks and other signs'],
    ['https://api.acme-widgets.com/${AWS::Region}', 'expected a URL without *, blanks and other signs'],
    ['https://api.acme-widgets.com/{{resolve:ssm:a}}', 'expected a URL without *, blanks and other signs'],
  ])('%s is refused', (url, words) => {
    expect(mistakesOf(hook(url))).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    'https://api.acme-widgets.com',
    'https://api.acme-widgets.com:443/v1/x?team=ml',
    'https://10.acme.co/x%20y',
    'https://events.pagerduty.com/v2/x',
  ])('%s is accepted', (url) => {
    expect(mistakesOf(hook(url))).toEqual([]);
  });

  it.each(['https://user:hunter2@api.acme-widgets.com/x', 'https://api.acme-widgets.com/x?token=hunter2'])(
    'is not shown with its secret: %s',
    (url) => {
      expect(mistakesOf(hook(url)).join()).toMatch(/^\.webhook\.url: "https:\/\/(?!.*hunter2)/);
    },
  );

  it('is not shown with what stands beside it', () => {
    expect(mistakesOf('{ webhook: { url: "https://a.acme.co/x", key: hunter2 } }')).toEqual([
      '.webhook.key: not a known key; allowed here: url, apiKey, basic, oauth, perSecond',
      '.webhook: {url, key}: expected exactly one of: apiKey, basic, oauth',
    ]);
    expect(mistakesOf('{ pagerDuty: { secret: "my secret" } }')).toEqual([
      '.pagerDuty.secret: [hidden]: expected the ARN or the name of a secret in AWS Secrets Manager',
    ]);
  });
});

describe('a key in the wrong place', () => {
  it.each([
    '{ pagerDuty: hunter2hunter2 }',
    '{ pagerDuty: { secret: hunter2hunter2hunter2hunter2abcd } }',
    '{ pagerDuty: { secret: s, field: "hunter2:" } }',
    '{ webhook: hunter2 }',
    '{ webhook: { url: "https://hooks.slack.com/services/hunter2", basic: { user: u, secret: s } } }',
    '{ webhook: { url: "https:hunter2", basic: { user: u, secret: s } } }',
    '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: "X-Api-Key: hunter2", secret: s } } }',
    '{ webhook: { url: "https://a.acme.co/x", basic: { user: "gc:hunter2", secret: s } } }',
    '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: X-Api-Key: hunter2, secret: s } } }',
  ])('is refused and not shown: %s', (target) => {
    const mistakes = mistakesIn(fileWith({ r: target }));
    expect(mistakes).not.toEqual([]);
    expect(mistakes.join()).not.toContain('hunter2');
  });

  it('is not shown in a line that is no YAML', () => {
    const yaml = 'relays:\n  to:\n    r:\n      webhook:\n        header: X: hunter2\n';
    expect(mistakesIn(yaml)).toEqual([
      expect.stringMatching(/^ground-control\.yml:5: header: \[hidden\]: (?!.*hunter2)/),
    ]);
  });

  it('is named when it looks like an integration key', () => {
    expect(mistakesOf('{ pagerDuty: { secret: abcdefghijklmnopqrstuvwxyz012345 } }')).toEqual([
      expect.stringMatching(/^\.pagerDuty\.secret: \[hidden\]: .* looks like an integration key itself/),
    ]);
  });
});

describe('a secret', () => {
  it.each([
    ['{ pagerDuty: { } }', '.pagerDuty.secret: nothing: expected text'],
    ['{ pagerDuty: { secret: "a b" } }', 'expected the ARN or the name of a secret in AWS Secrets Manager'],
    ['{ pagerDuty: { secret: "a:SecretString:x}}{{resolve:ssm:y" } }', 'expected the ARN or the name of a secret'],
    ['{ pagerDuty: { secret: a, field: "x:y" } }', 'expected the name of a field of the secret'],
    ['{ pagerDuty: { secret: a, version: latest } }', 'expected the version id of the secret'],
    [
      '{ pagerDuty: { routingKey: 0123 } }',
      'pagerDuty.routingKey: not a known key; allowed here: secret, field, version',
    ],
    ['{ webhook: { url: "https://a.acme.co/x" } }', '.webhook: {url}: expected exactly one of: apiKey, basic, oauth'],
    [
      '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: X, secret: s }, basic: { user: u, secret: s } } }',
      'expected exactly one of: apiKey, basic, oauth',
    ],
    [
      '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: Host, secret: s } } }',
      'expected another header: EventBridge or Ground Control sets this one',
    ],
    [
      '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: Content-Type, secret: s } } }',
      'expected another header: EventBridge or Ground Control sets this one',
    ],
    [
      '{ webhook: { url: "https://a.acme.co/x", apiKey: { header: "X: Y", secret: s } } }',
      'expected the name of a header',
    ],
    [
      '{ webhook: { url: "https://a.acme.co/x", oauth: { tokenUrl: "http://a.acme.co", clientId: c, secret: s } } }',
      '.webhook.oauth.tokenUrl: "http://a.acme.co": expected a URL that begins with https://',
    ],
  ])('%s is refused', (target, words) => {
    expect(mistakesOf(target).join('\n')).toContain(words);
  });
});

describe('a command', () => {
  const parameters = 'parameters: { Id: id }';
  const instances = 'instances: [i-0123456789abcdef0]';
  it.each([
    'AWS-RunShellScript',
    'AWS-RunPowerShellScript',
    'AWS-RunRemoteScript',
    'AWSEC2-ApplicationInsightsCloudwatchAgentInstallAndConfigure',
    'AmazonCloudWatch-ManageAgent',
  ])('by the document %s of AWS is refused', (document) => {
    expect(mistakesOf(command(`document: "${document}", ${instances}, ${parameters}`))).toEqual([
      expect.stringContaining('expected a document of your own: documents of AWS, such as AWS-RunShellScript'),
    ]);
  });

  it.each([
    [
      `document: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", ${instances}, ${parameters}`,
      'expected the name of a document in the account of the deployment',
    ],
    [
      `document: "arn:aws:ssm:us-east-1:444455556666:document/restart", ${instances}, ${parameters}`,
      'whoever owns a document of another account can change what it does',
    ],
    [`document: own, ${parameters}`, 'expected either instances or tag, and not both'],
    [`document: own, ${instances}, tag: { a: [b] }, ${parameters}`, 'expected either instances or tag, and not both'],
    [`document: own, instances: ["*"], ${parameters}`, 'expected the id of an instance, like i-0123456789abcdef0'],
    [`document: own, instances: [], ${parameters}`, 'expected at least 1 entry'],
    [`document: own, tag: { a: [b], c: [d] }, ${parameters}`, 'expected one tag key: EventBridge takes no more'],
    [`document: own, ${instances}, parameters: {}`, 'expected at least one parameter, such as Id: id'],
    [`document: own, ${instances}, parameters: { Id: "$.detail.id" }`, 'expected one of: id, account, region, family'],
    [`document: own, ${instances}, parameters: { Id: cause.detail }`, 'expected one of: id, account, region, family'],
    [`document: own, ${instances}, parameters: { "a-b": id }`, 'expected the name of a parameter of the document'],
    [`document: own, ${instances}, parameters: { AwsName: id }`, 'expected the name of a parameter of the document'],
    [`document: own, tag: { "role*": [a] }, ${parameters}`, 'expected the key of a tag of instances'],
    [`document: own, tag: { role: ["\${aws:username}"] }, ${parameters}`, 'expected the value of a tag of instances'],
  ])('with %s is refused', (more, words) => {
    expect(mistakesOf(command(more))).toEqual([expect.stringContaining(words)]);
  });
});
