import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { removeUnwanted, scheduleTeamReport } from '../../infrastructure/optional.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true, logLevel: 'silent' });

/** The stack with these `teams`: what is left of its functions and its resources. */
function stackWith(teams: object, timeZone = 'UTC') {
  const settings = Configuration.parse({ teams, timeZone });
  const { functions } = read('serverless.yml');
  const resources = { ...read('infrastructure/teams.yml').Resources, Other: { Type: 'Other' } };
  removeUnwanted(functions, resources, settings);
  scheduleTeamReport(resources, settings);
  return { functions: Object.keys(functions), resources };
}

describe('the report on labeling teams', () => {
  it('leaves nothing in the stack when it is off, as it is by default', () => {
    for (const teams of [{}, { report: 'off' }]) {
      const { functions, resources } = stackWith(teams);
      expect(Object.keys(resources)).toEqual(['Other']);
      expect(functions).not.toContain('teamReport');
      expect(functions).toContain('labeling');
    }
  });

  it.each([
    ['weekly', 'cron(0 7 ? * MON *)'],
    ['monthly', 'cron(0 7 1 * ? *)'],
  ])('%s is made at seven in the configured time zone, and kept for keepDays', (report, expression) => {
    const { functions, resources } = stackWith({ report, keepDays: 30 }, 'Europe/Berlin');
    expect(functions).toContain('teamReport');
    expect(resources.TeamSchedule.Properties).toMatchObject({
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    expect(JSON.parse(resources.TeamSchedule.Properties.Target.Input)).toEqual({
      schema: 'ground-control/team-report',
      version: '1.0',
      scheduledAt: '<aws.scheduler.scheduled-time>',
      report,
      timeZone: 'Europe/Berlin',
    });
    expect(resources.TeamReports.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        Id: 'keepDays',
        Status: 'Enabled',
        ExpirationInDays: 30,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]);
  });

  it('is in a bucket that is private, encrypted and retained, with TLS only', () => {
    const { TeamReports, TeamReportsPolicy } = read('infrastructure/teams.yml').Resources;
    expect(TeamReports).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    });
    expect(TeamReportsPolicy).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        PolicyDocument: { Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
      },
    });
  });
});

describe('the function review', () => {
  const packaged = (review: object) => {
    const settings = Configuration.parse({ review });
    const { functions } = read('serverless.yml');
    const resources = { ...read('infrastructure/review.yml').Resources };
    removeUnwanted(functions, resources, settings);
    return { functions, resources: Object.keys(resources) };
  };

  it('is left out with its queue, and nobody sends to it, when no workflow has an output', () => {
    const { functions, resources } = packaged({ flows: { f: { level: 90 } } });
    expect(resources).toEqual([]);
    expect(functions.review).toBeUndefined();
    expect(functions.humanReview.environment).toEqual({});
    expect(functions.humanReview.dependsOn).toBeUndefined();
  });

  it('is there when a workflow has one', () => {
    const { functions, resources } = packaged({ flows: { f: { output: 's3://reviews/f/' } } });
    expect(resources).toEqual(['ReviewQueue', 'ReviewQueuePolicy', 'ReviewQueueAlarm']);
    expect(functions.review).toBeDefined();
    expect(functions.humanReview.environment).toEqual({ REVIEW_QUEUE_URL: expect.anything() });
    expect(functions.humanReview.dependsOn).toEqual(['ReviewLambdaFunction']);
  });
});
