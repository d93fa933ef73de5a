import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Input, type InputProps } from './input';

const SETTLES_MS = 200;

interface FilterInputProps extends Omit<InputProps, 'value' | 'onChange'> {
  /** What the address says. */
  value: string;
  onChange: (value: string) => void;
}

/**
 * A text filter that is kept in the address. What is typed is shown at once and reaches the address when the typing
 * pauses, so that a slow page loses no character.
 */
export function FilterInput({ value, onChange, ...rest }: FilterInputProps) {
  const [text, setText] = useState(value);
  // What the address had or got from here and has not confirmed yet; it may confirm them one by one, late.
  const sent = useRef([value]);
  const send = useEffectEvent((typed: string) => {
    if (typed === sent.current.at(-1)) return;
    sent.current.push(typed);
    onChange(typed);
  });
  useEffect(() => {
    const place = sent.current.indexOf(value);
    sent.current = place === -1 ? [value] : sent.current.slice(place);
    // Somebody else changed it: the button that clears, or "back".
    if (place === -1) setText(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => send(text), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <Input {...rest} value={text} onChange={(event) => setText(event.target.value)} />;
}
