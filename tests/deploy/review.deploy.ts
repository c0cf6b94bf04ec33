import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AnyEvent, readEvent } from '../support/events.ts';
import { moderation } from '../support/review.ts';
import { CONFIGURATION, REGION } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { command, put, s3 } from './stage.ts';

const BUCKET = 'amzn-s3-demo-reviews';
const FLOW = 'flow-definition-name';
beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
});

/** Two people look at what the model sees: they confirm `Violence`, and reject `Weapons`. */
const OUTPUT = moderation({ Violence: 90, Weapons: 80 }, [['Violence'], ['Violence']]);

/** The event that the loop `name` has completed. */
function completed(name: string): AnyEvent {
  const event = readEvent('events/human-review/completed.json');
  const humanLoopArn = `arn:aws:sagemaker:${REGION}:000000000000:human-loop/${name}`;
  return {
    ...event,
    resources: [humanLoopArn],
    detail: {
      ...event.detail,
      humanLoopArn,
      humanLoopName: name,
      flowDefinitionArn: OUTPUT.flowDefinitionArn,
      humanLoopOutput: { outputS3Uri: `s3://${BUCKET}/out/${name}/output.json` },
    },
  };
}

describe('a human loop that completes', () => {
  it('is compared with the model by its output in S3, counts once, and is in review --stage', async () => {
    const inbox = await openInbox({ family: ['human-review'] });
    for (const name of ['loop-1', 'loop-2']) {
      const Key = `out/${name}/output.json`;
      await s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify({ ...OUTPUT, humanLoopName: name }) }),
      );
      await put(completed(name));
      const { resource, details } = await inbox.next();
      expect(resource.name).toBe(name);
      expect(details.find(({ label }) => label === 'Review')?.value).toBe(
        'people agree with the model on 1 of 2; rejected: Weapons; confirmed: Violence; ' +
          "2 people, who all agree with each other; a random sample: estimates the model's accuracy",
      );
      await put(completed(name));
    }
    const { status, output } = command('review', ['--json', '--flow', FLOW, '--config', CONFIGURATION]);
    expect(status, output).toBe(0);
    expect(output).toContain(`"flow":"${FLOW}","field":null,"reason":null,"objects":2,"n":4,"agreement":0.5`);
  });
});
