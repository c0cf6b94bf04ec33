import { describe } from 'vitest';
import { describeTransactions } from '../support/transaction-cases.ts';
import { PREFIX } from './deployment.ts';
import { dynamoDb } from './stage.ts';

describe('a transaction on the deployed table', () => {
  describeTransactions(() => dynamoDb, `${PREFIX}state`, {
    'adds numbers of 37 digits exactly': 'MiniStack calculates with 28 digits',
    'refuses two actions in one item': 'MiniStack carries out one of them',
    'refuses the whole request for a wrong expression, and writes nothing':
      'MiniStack reads an expression only when all conditions hold',
    'is canceled for a key that is not the key of the table': 'MiniStack accepts other keys',
  });
});
