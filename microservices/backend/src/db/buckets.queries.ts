import { Type } from 'typebox';
import type { Connection } from './connection.ts';
import { defineStatement, queryOne } from './statement.ts';

const countBucketsStatement = defineStatement({
  name: 'count-buckets',
  text: 'select count(*)::integer as buckets from buckets',
  row: Type.Object({ buckets: Type.Integer() }),
});

export const statements = [countBucketsStatement];

export const countBuckets = async (connection: Connection): Promise<number> =>
  (await queryOne(connection, countBucketsStatement, [])).buckets;
