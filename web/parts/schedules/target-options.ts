import type { Selector } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';

export interface TargetOption {
  id: string;
  selector: Selector;
  /** What is matched and shown. */
  name: string;
  host: string;
  /** The container, or how many a stack has. */
  container: Container | null;
  count: number;
}

/** What a step can act on: every container, and every whole stack. */
export function targetOptions(containers: Container[], hostName: (id: number) => string): TargetOption[] {
  const single = containers.map((container) => ({
    id: `container ${container.hostId}/${container.name}`,
    selector: { hostId: container.hostId, container: container.name },
    name: container.name,
    host: hostName(container.hostId),
    container,
    count: 1,
  }));
  const stacks = new Map<string, TargetOption>();
  for (const { stack, hostId } of containers) {
    if (stack === null) continue;
    const id = `stack ${hostId}/${stack}`;
    const known = stacks.get(id);
    if (known) known.count += 1;
    else {
      stacks.set(id, {
        id,
        selector: { stack, hostId },
        name: stack,
        host: hostName(hostId),
        container: null,
        count: 1,
      });
    }
  }
  const byName = (a: TargetOption, b: TargetOption) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host);
  return [...single.sort(byName), ...stacks.values().toArray().sort(byName)];
}

/** Those that fit what is typed and are not chosen yet; names that begin with it come first. */
export function fitting(options: TargetOption[], typed: string, chosen: Selector[]): TargetOption[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const taken = new Set(chosen.map(textOf));
  const first = words[0] ?? '';
  const rank = (option: TargetOption) => Number(!option.name.toLowerCase().startsWith(first));
  return options
    .filter((option) => !taken.has(textOf(option.selector)))
    .filter((option) => {
      const text = `${option.name} ${option.host} ${option.container?.stack ?? ''} ${option.container?.image ?? ''}`;
      return words.every((word) => text.toLowerCase().includes(word));
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** The same text for the same selector, whatever the order of its fields. */
export function textOf(selector: Selector): string {
  return JSON.stringify(Object.entries(selector).sort(([a], [b]) => a.localeCompare(b)));
}
