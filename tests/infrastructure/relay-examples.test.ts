import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/events.ts';

const read = (file: string) => readFileSync(join(ROOT, 'examples/relays', file), 'utf8');

/** Names that would become commands in a shell that reads them. */
const HOSTILE = [
  '; rm -rf /',
  'a; rm -rf /',
  '$(touch /tmp/x)',
  '`touch /tmp/x`',
  'a\nreboot',
  'a\r\nreboot',
  'a\n',
  '\na',
  '"; reboot; "',
  "'; reboot; '",
  'a && reboot',
  'a || reboot',
  'a | sh',
  'a > /etc/passwd',
  '../../etc/passwd',
  '${IFS}reboot',
  '$HOME',
  '{{ ssm:secret }}',
  '{{Id}}',
  '*',
  '~',
  'a b',
  'a\tb',
  'a\\',
  'a\u0000b',
  'a\u2028reboot',
  'a\u202Eb',
  '\uFF1B reboot',
  'аdmin',
  'é',
  '😀',
  '',
  'x'.repeat(10_000),
];

describe('the document restart-exporter', () => {
  const source = read('restart-exporter.ssm.yml');
  const { schemaVersion, parameters, mainSteps } = parse(source);
  const patterns = Object.entries<{ type: string; allowedPattern: string; interpolationType: string }>(parameters);
  const script: string = mainSteps[0].inputs.runCommand.join('\n');

  it('has a pattern for every parameter, which is text', () => {
    expect(schemaVersion).toBe('2.2');
    expect(patterns.map(([name, { type, interpolationType }]) => [name, type, interpolationType])).toEqual([
      ['Id', 'String', 'ENV_VAR'],
      ['Name', 'String', 'ENV_VAR'],
    ]);
  });

  it.each(HOSTILE)('admits no name like %j', (name) => {
    for (const [, { allowedPattern }] of patterns) expect(new RegExp(allowedPattern).test(name)).toBe(false);
  });

  it('admits the id of an event, and names that SageMaker accepts', () => {
    const { Id, Name } = parameters;
    expect(new RegExp(Id.allowedPattern).test('0123456789abcdef0123456789abcdef')).toBe(true);
    for (const name of ['churn-vit-20261120-000012', 'A', 'x'.repeat(63)])
      expect(new RegExp(Name.allowedPattern).test(name)).toBe(true);
  });

  it('never writes a value into the text of its script, and quotes every variable', () => {
    expect(script).not.toContain('{{');
    const variables = script.match(/\$\{?SSM_\w+/g) ?? [];
    expect(new Set(variables.map((one) => one.replace('{', '')))).toEqual(new Set(['$SSM_Id', '$SSM_Name']));
    // What is left without the texts in double quotes has no variable.
    expect(script.replace(/"[^"]*"/g, '')).not.toContain('$');
  });
});

describe('the state machine once', () => {
  const { StartAt, States } = JSON.parse(read('once.asl.json'));
  const first = States[StartAt];

  it('writes the id of the event first, unless another execution has written it', () => {
    expect(first).toMatchObject({
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Arguments: {
        Item: { id: { S: '{% $states.input.id %}' }, execution: { S: '{% $states.context.Execution.Id %}' } },
        ConditionExpression: 'attribute_not_exists(id) OR execution = :me',
        ExpressionAttributeValues: { ':me': { S: '{% $states.context.Execution.Id %}' } },
      },
    });
  });

  it('ends when another execution has written it, and otherwise does its work with the event', () => {
    expect(first.Catch).toEqual([{ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], Next: 'Already done' }]);
    expect(States['Already done']).toEqual({ Type: 'Succeed' });
    expect([first.Output, States[first.Next].End]).toEqual(['{% $states.input %}', true]);
  });
});
