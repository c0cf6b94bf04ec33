import { describe, expect, it } from 'vitest';
import { openInbox } from './inbox.ts';
import { command, failedTraining, put, trainingArn } from './stage.ts';

describe('npm run audit', () => {
  it('shows one record of an alert, even if its event arrived twice', async () => {
    const inbox = await openInbox();
    const event = failedTraining('audited');
    await put(event);
    expect((await inbox.next()).resource.name).toBe('audited');
    await put(event);
    await put(failedTraining('after-audited'));
    expect((await inbox.next()).resource.name).toBe('after-audited');
    const { status, output } = command('audit', ['--resource', trainingArn('audited'), '--json']);
    expect(status).toBe(0);
    const [record = '', ...others] = output.trimEnd().split('\n');
    expect(others).toEqual([expect.stringMatching(/^audit: stage \w+, region us-east-1 /)]);
    expect(JSON.parse(record)).toMatchObject({
      action: 'notify',
      reason: 'failed, error',
      result: expect.stringMatching(/^message /),
    });
  });
});
