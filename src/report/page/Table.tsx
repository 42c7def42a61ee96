import type { ComponentChildren, VNode } from 'preact';

/** A table that scrolls within itself where the page is too narrow. The first column names its row. */
export function Table({
  label,
  head,
  rows,
}: {
  /** What is in it, for those who hear the page. */
  readonly label: string;
  readonly head: readonly ComponentChildren[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}): VNode {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([title, ...cells]) => (
            <tr>
              <th scope="row">{title}</th>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
