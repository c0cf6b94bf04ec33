import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUser } from '../../../schemas/teams/cognito-user.ts';
import { subOf } from '../../support/team-world.ts';
import { userOf } from '../../support/user-pools.ts';

describe('the name of a user in Cognito', () => {
  it.each<[string, object, string | undefined]>([
    ['is the attribute name', userOf(1, { given_name: 'J', name: 'Jane Doe', email: 'j@example.com' }), 'Jane Doe'],
    [
      'is given and family name',
      userOf(1, { family_name: 'Doe', email: 'j@example.com', given_name: 'Jane' }),
      'Jane Doe',
    ],
    ['is one of these names', userOf(1, { family_name: 'Doe' }), 'Doe'],
    ['is the e-mail address', userOf(1, { name: '  ', email: 'j@example.com' }), 'j@example.com'],
    ['is the user name', userOf(1), 'user1'],
    ['is unknown if the user name is the sub', userOf(1, {}, subOf(1)), undefined],
    ['is unknown if the user name is another UUID', userOf(1, {}, subOf(2).toUpperCase()), undefined],
    ['is no other attribute', userOf(1, { 'custom:name': 'x', __proto__: 'y', nickname: 'z' }, ''), undefined],
    ['is no number', userOf(1, { name: 7 }), 'user1'],
    ['has no escapes and no reversed text', userOf(1, { name: '\u001b[31mJane\u202e\u0007\nDoe' }), 'Jane Doe'],
    ['has at most 100 characters', userOf(1, { name: 'x'.repeat(2000) }), `${'x'.repeat(99)}…`],
  ])('%s', (_, user, name) => {
    expect(readUser(user)).toEqual({ sub: subOf(1), name });
  });

  it.each([
    null,
    [],
    {},
    { Username: 'a' },
    { Attributes: {} },
    { Attributes: [{ Name: 'sub', Value: 'me" or sub ^= "' }] },
    { Attributes: [{ Name: 'sub' }] },
    { Attributes: [{ Value: subOf(1) }] },
  ])('is not read from %j', (user) => expect(readUser(user)).toBeUndefined());

  it('is found for any order of the attributes', () => {
    const { Attributes } = userOf(1, { name: 'Jane Doe', email: 'j@example.com', locale: 'en' });
    fc.assert(
      fc.property(fc.shuffledSubarray(Attributes, { minLength: Attributes.length }), (shuffled) => {
        expect(readUser({ Username: 'u', Attributes: shuffled })).toEqual({ sub: subOf(1), name: 'Jane Doe' });
      }),
      { seed: 15 },
    );
  });
});
