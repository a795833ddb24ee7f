import { addressLines } from '../../shared/address/address-rules.ts';
import type { Address } from '../../shared/api/types.ts';
import { countryName } from '../../shared/lib/format.ts';

export function PostalAddress({ title, address }: { title: string; address: Address }) {
  const lines = [...addressLines(address), countryName(address.country)];
  return (
    <div>
      <h2 className="font-semibold">{title}</h2>
      <address className="mt-2 text-muted leading-relaxed not-italic">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a city can have its country's name.
          <bdi key={index} className="block text-left">
            {line}
          </bdi>
        ))}
      </address>
    </div>
  );
}
