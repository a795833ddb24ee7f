import { Component, type ReactNode } from 'react';
import { RootFailure } from './root-failure.tsx';

interface RootBoundaryProps {
  children: ReactNode;
}

/** Above every provider: whatever fails below, the page is never blank. React offers boundaries as classes only. */
export class RootBoundary extends Component<RootBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <RootFailure /> : this.props.children;
  }
}
