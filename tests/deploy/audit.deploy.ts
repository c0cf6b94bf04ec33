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
    // A second record would be a second line, which is not JSON.
    expect(JSON.parse(output)).toMatchObject({
      action: 'notify',
      reason: 'failed, error',
      result: expect.stringMatching(/^message /),
    });
  });
});
