import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function Footer() {
  return (
    <footer className="bg-ink text-paper">
      <div className="mx-auto grid max-w-7xl gap-10 px-4 py-14 sm:grid-cols-2 sm:px-6 lg:grid-cols-4 lg:px-8">
        <div>
          <p className="font-serif text-2xl">Carthub</p>
          <p className="mt-3 max-w-xs text-paper/75">Considered things for everyday rooms.</p>
        </div>
        <Fact title="The price you see">
          Delivery and tax are in the total before you order. If a price changes, we ask you first.
        </Fact>
        <Fact title="In stock means in stock">
          What you order is set aside for you at once. Nothing is sold twice.
        </Fact>
        <nav aria-label="Footer">
          <p className="font-semibold">Find your way</p>
          <ul className="mt-2 space-y-1 text-paper/75">
            <FooterLink to="/">Shop</FooterLink>
            <FooterLink to="/orders">Your orders</FooterLink>
            <FooterLink to="/find-order">Find an order</FooterLink>
          </ul>
        </nav>
      </div>
    </footer>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <p className="font-semibold">{title}</p>
      <p className="mt-2 max-w-xs text-paper/75">{children}</p>
    </div>
  );
}

function FooterLink({ to, children }: { to: string; children: string }) {
  return (
    <li>
      <Link
        to={to}
        className="inline-block py-1 underline-offset-4 hover:text-paper hover:underline"
      >
        {children}
      </Link>
    </li>
  );
}
