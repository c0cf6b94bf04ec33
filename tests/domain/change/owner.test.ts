import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../domain/change/owner.ts';

const keys = { owner: ['owner', 'created-by'], team: ['team'], project: ['project', 'sagemaker:project-name'] };

describe('the owner of a resource', () => {
  it.each([
    ['is read from the tags', { owner: 'maria', team: 'vision', project: 'churn' }, ['maria', 'vision', 'churn']],
    ['does not depend on the case of keys', { Owner: 'maria', TEAM: 'vision' }, ['maria', 'vision', 'unknown']],
    [
      'is the first configured key that the resource has',
      { 'created-by': 'li', 'sagemaker:project-name': 'p' },
      ['li', 'unknown', 'p'],
    ],
    ['is unknown without tags', {}, ['unknown', 'unknown', 'unknown']],
    ['is unknown for an empty tag', { owner: '' }, ['unknown', 'unknown', 'unknown']],
  ])('%s', (_, tags, [owner, team, project]) => {
    expect(ownerOf(new Map(Object.entries(tags)), keys)).toEqual({ owner, team, project });
  });
});
