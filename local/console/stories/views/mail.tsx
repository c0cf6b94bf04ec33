/** A mail as a document of its own, for a sandboxed frame. */
export const MailPage = ({ text }: { readonly text: string }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>E-mail</title>
      <link rel="stylesheet" href="/assets/mail.css" />
    </head>
    <body>
      <pre>{text}</pre>
    </body>
  </html>
);
