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
    const lines = output.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^audit: stage \w+, region us-east-1 /);
    const records = lines.slice(0, -1).map((line) => JSON.parse(line));
    expect(records.filter(({ action }) => action === 'notify')).toEqual([
      expect.objectContaining({ reason: 'failed, error', result: expect.stringMatching(/^message /) }),
    ]);
    // The stage has relays: other systems hear of the change once, too.
    const others = records.filter(({ action }) => action !== 'notify');
    expect(others.map(({ action, reason }) => [action, reason])).toEqual([['relay', 'the change to Failed']]);
  });
});
