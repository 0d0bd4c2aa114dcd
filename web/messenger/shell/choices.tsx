/** A few choices side by side, one of them taken. */
export function Choices<T extends string>({ name, values, chosen, choose }: {
  name: string;
  values: readonly (readonly [T, string])[];
  chosen: T;
  choose: (value: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{name}</legend>
      <div>
        {values.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name={name} checked={value === chosen} onChange={() => choose(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
