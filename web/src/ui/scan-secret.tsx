import { CodeBlock } from './code-block';

interface ScanSecretProps {
  /** The QR code as a data URL. */
  qrCode: string;
  /** The same for apps without a camera. */
  secret: string;
  alt: string;
  label: string;
}

/** The secret of an authenticator app, as a picture and as text. */
export function ScanSecret({ qrCode, secret, alt, label }: ScanSecretProps) {
  return (
    <>
      <img src={qrCode} alt={alt} className="mx-auto size-52 rounded-lg bg-white p-2" />
      <div>
        <p className="mb-1.5 text-xs text-muted">{label}</p>
        <CodeBlock code={secret} label={label} />
      </div>
    </>
  );
}
