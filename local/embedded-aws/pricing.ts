/**
 * Simulates the Price List from the shipped prices. Answers also contain a row that is no hourly price, as AWS's do.
 */
import * as z from 'zod';
import { SHIPPED_AS_OF, SHIPPED_PRICES } from '../../domain/cost/shipped-prices.ts';
import { COMPONENTS } from '../../schemas/event/billing.ts';
import { AwsError } from './protocol.ts';

const Query = z.object({
  ServiceCode: z.literal('AmazonSageMaker'),
  Filters: z.array(z.object({ Type: z.literal('TERM_MATCH'), Field: z.string(), Value: z.string() })),
});

/** Answers `GetProducts`. Throws an `AwsError` for filters that the Price List API would refuse. */
export function products(input: unknown): Record<string, unknown> {
  const { data } = Query.safeParse(input);
  if (data === undefined) throw new AwsError('InvalidParameterException', 'Input Parameters are invalid.');
  const by = Object.fromEntries(data.Filters.map(({ Field, Value }) => [Field, Value]));
  const component = COMPONENTS.find((one) => one === by['component']);
  const type = by['instanceName'] ?? '';
  // A region without shipped prices gets those of us-east-1, which is enough to show what alerts look like.
  const prices = SHIPPED_PRICES[by['regionCode'] ?? ''] ?? SHIPPED_PRICES['us-east-1'];
  const price = component === undefined ? undefined : (prices?.[component]?.[type] ?? prices?.Training?.[type]);
  const attributes = { instanceName: type, component, regionCode: by['regionCode'] };
  const fee = row({ instanceType: 'NA', usagetype: `TrainingPlanUpfrontFee:${type}` }, 'Quantity', '13.5700000000');
  return {
    FormatVersion: 'aws_v1',
    PriceList: price === undefined ? [fee] : [fee, row(attributes, 'Hrs', Number(price).toFixed(10))],
  };
}

/** One entry. The API returns each entry as JSON text inside JSON. */
function row(attributes: object, unit: string, USD: string): string {
  return JSON.stringify({
    product: { productFamily: 'ML Instance', attributes },
    serviceCode: 'AmazonSageMaker',
    terms: { OnDemand: { 'SKU.TERM': { priceDimensions: { 'SKU.TERM.RATE': { unit, pricePerUnit: { USD } } } } } },
    publicationDate: `${SHIPPED_AS_OF}T00:00:00Z`,
  });
}
