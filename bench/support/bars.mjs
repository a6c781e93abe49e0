/** The sides of a comparison as bars, best first. */
export function barsOf({ base, subjects }, isOurs = ({ name }) => name.startsWith('@')) {
  const bars = subjects.map((subject) => ({
    label: subject.name,
    value: subject.share,
    least: subject.from,
    most: subject.to,
    kind: isOurs(subject) ? 'ours' : 'peer',
  }));
  const floor = { label: base.name, value: 1, least: 1, most: 1, kind: 'base' };
  return [floor, ...bars.sort((a, b) => b.value - a.value)];
}
