/** Runs after all other files: see `vitest.config.ts`. */
import { describe, expect, inject, it } from 'vitest';
import { serverless } from './deployment.ts';
import { queueOfStage } from './stage.ts';

describe('serverless remove', () => {
  it('leaves nothing of the stack, except the bucket with reports on teams', async () => {
    const { status, output } = serverless(inject('deployment'), 'remove');
    expect([status, status === 0 ? '' : output]).toEqual([0, '']);
    await expect(queueOfStage('quarantine')).rejects.toThrow(/does not exist/);
  });
});
