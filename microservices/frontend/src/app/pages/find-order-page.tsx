import { FindOrder } from '../../features/orders/find/find-order.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';

export function FindOrderPage() {
  return (
    <div className="mx-auto max-w-xl">
      <PageTitle>Find an order</PageTitle>
      <h1 className="font-serif text-4xl sm:text-5xl">Find an order</h1>
      <FindOrder />
    </div>
  );
}
