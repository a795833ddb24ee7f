import { Component, type ReactNode } from 'react';

interface OptionalProps {
  children: ReactNode;
}

/** Contains something that the page can do without: if it fails, the rest of the page stays. */
export class Optional extends Component<OptionalProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? null : this.props.children;
  }
}
