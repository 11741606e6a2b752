/** What a container runs that writes its next number fifty times a second, on from where it was when it starts again. */
export const countingCommand = [
  'sh',
  '-c',
  'trap "end=1" TERM; n=$(cat /n 2>/dev/null || echo 0); while [ ! "$end" ]; do n=$((n+1)); echo $n >/n; echo "n $n"; sleep 0.02; done',
];

/** What is wrong with the numbers that such a container's reader got. */
export interface Miscount {
  missing: number[];
  doubled: number[];
}

/** @param numbers in the order in which they came */
export const miscountOf = (numbers: readonly number[]): Miscount => {
  const seen = new Set(numbers);
  const [first = 0] = numbers;
  const last = Math.max(first, ...numbers);
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return {
    missing: all.filter((n) => !seen.has(n)),
    doubled: [...seen].filter((n) => numbers.indexOf(n) !== numbers.lastIndexOf(n)),
  };
};
