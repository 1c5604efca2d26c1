import { css } from "lit";

export const appStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100dvh;
  }
  .panes {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(16rem, 22rem) minmax(0, 1fr);
    min-height: 0;
  }
  wx-sidebar {
    border-inline-end: 1px solid var(--line);
  }
  .nothing {
    color: var(--ink-soft);
    margin: auto;
    max-width: 24rem;
    padding: 2rem;
    text-align: center;
  }
  .nothing img {
    height: 4rem;
    margin-block-end: 1rem;
    width: 4rem;
  }
  .single {
    display: grid;
    flex: 1;
    overflow-y: auto;
    place-content: center;
    padding: 1rem;
  }
  .failed {
    max-width: 28rem;
  }
  .failed h1 {
    font-size: 1.5rem;
    margin-block-end: 0.75rem;
  }
  .failed .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-start: 1rem;
  }
  @media (max-width: 46rem) {
    .panes {
      grid-template-columns: minmax(0, 1fr);
    }
    .panes.has-open wx-sidebar,
    .panes:not(.has-open) > :not(wx-sidebar, h1) {
      display: none;
    }
    wx-sidebar {
      border-inline-end: 0;
    }
  }
`;
