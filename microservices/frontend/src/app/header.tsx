import { Link, NavLink } from 'react-router';
import { useCart } from '../features/cart/state/cart-context.tsx';
import { formatCount } from '../shared/lib/format.ts';
import { Logo } from './logo.tsx';

const LINK = 'inline-flex min-h-11 items-center rounded-full px-3 font-medium sm:px-4 group';

export function Header() {
  return (
    <header className="site-header border-line border-b bg-paper/95 backdrop-blur">
      <div className="mx-auto flex h-16 max-w-7xl items-center justify-between gap-2 px-4 sm:h-20 sm:px-6 lg:px-8">
        <Link
          to="/"
          aria-label="Carthub, home"
          className="flex items-center gap-2.5 font-serif text-2xl tracking-tight"
        >
          <Logo />
          <span className="max-[22rem]:sr-only">Carthub</span>
        </Link>
        <nav aria-label="Main">
          <ul className="flex items-center">
            <li>
              <NavLink to="/" end className={LINK}>
                <LinkText>Shop</LinkText>
              </NavLink>
            </li>
            <li>
              <NavLink to="/orders" className={LINK}>
                <LinkText>Orders</LinkText>
              </NavLink>
            </li>
            <li>
              <CartLink />
            </li>
          </ul>
        </nav>
      </div>
    </header>
  );
}

function LinkText({ children }: { children: string }) {
  return (
    <span className="decoration-2 decoration-rust underline-offset-8 group-hover:underline group-aria-[current=page]:underline">
      {children}
    </span>
  );
}

function CartLink() {
  const { count } = useCart();
  return (
    <NavLink
      to="/cart"
      aria-label={`Cart, ${formatCount(count, 'item')}`}
      className={`${LINK} gap-2`}
    >
      <LinkText>Cart</LinkText>
      <span
        key={count}
        aria-hidden="true"
        data-empty={count === 0}
        className="count-badge grid h-6 min-w-6 place-items-center rounded-full bg-rust px-1.5 font-semibold text-paper text-sm tabular-nums data-[empty=true]:bg-line data-[empty=true]:text-ink"
      >
        {count}
      </span>
    </NavLink>
  );
}
