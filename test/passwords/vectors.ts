/**
 * Hashes that others have published, or that other programs have made: RFC 6070, RFC 7914, phc-winner-argon2,
 * crypt_blowfish, Firebase's own example, and the tests of Django, passlib and Supabase.
 */
export interface Vector {
  readonly kind: string;
  readonly password: string;
  /** As it is exported. */
  readonly hash: string;
  /** As it is stored. Default: as it is exported. */
  readonly stored?: string;
}

const SALT = '0123456789abcdef0123456789abcdef';
const FB_KEY =
  'ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==';

export const VECTORS: readonly Vector[] = [
  {
    kind: 'Argon2id',
    password: 'password',
    hash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  },
  {
    kind: 'Argon2i, as Django writes it',
    password: 'password',
    hash: 'argon2$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
    stored: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  },
  {
    kind: 'Argon2i of version 1.0',
    password: 'password',
    hash: '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  },
  {
    kind: 'bcrypt 2a',
    password: 'U*U',
    hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
  },
  {
    kind: 'bcrypt 2b',
    password: 'U*U*U',
    hash: '$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a',
  },
  {
    kind: 'scrypt (RFC 7914)',
    password: 'pleaseletmein',
    hash: '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
  },
  {
    kind: 'scrypt, as Django writes it',
    password: 'lètmein',
    hash: 'scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==',
    stored:
      '$scrypt$ln=14,r=8,p=1$c2Vhc2FsdA$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw',
  },
  {
    kind: 'scrypt, as Werkzeug writes it',
    password: 'lateral thinking',
    hash: 'scrypt:16384:8:1$seasalt2$7ab488a7ef6986edb737e29a5c1d3282858a87bf170ef39534ea8e4bc8eb36c74f83db4408910842816110e83b4cc975ec7a3c145bdaefdd86567df40462df2d',
    stored:
      '$scrypt$ln=14,r=8,p=1$c2Vhc2FsdDI$erSIp+9phu23N+KaXB0ygoWKh78XDvOVNOqOS8jrNsdPg9tECJEIQoFhEOg7TMl17Ho8FFva792GVn30BGLfLQ',
  },
  {
    kind: 'scrypt of Node',
    password: 'secret word',
    hash: `${SALT}:12517a5c80a7a0968dc3140d15656532ee88a9eaa4eea95bc8ab05b48b390a4c097a761fcd15fca2657251526ce378bac6a816b32fa7bf05dcce40b6e4de6dad`,
    stored: `$scrypt$ln=14,r=8,p=1$${Buffer.from(SALT).toString('base64').replace(/=+$/, '')}$ElF6XICnoJaNwxQNFWVlMu6Iqeqk7qlbyKsFtIs5CkwJenYfzRX8omVyUVJs43i6xqgWsy+nvwXczkC25N5trQ`,
  },
  {
    kind: 'PBKDF2 of SHA-1 (RFC 6070)',
    password: 'password',
    hash: '$pbkdf2-sha1$i=4096$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE',
  },
  {
    kind: 'PBKDF2 of SHA-256 (RFC 7914)',
    password: 'Password',
    hash: '$pbkdf2-sha256$i=80000,l=64$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ',
    stored:
      '$pbkdf2-sha256$i=80000$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ',
  },
  {
    kind: 'PBKDF2 of SHA-512',
    password: 'password',
    hash: '$pbkdf2-sha512$i=4096$c2FsdA$0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUPzBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q',
  },
  {
    kind: 'PBKDF2, as passlib writes it',
    password: 'password',
    hash: '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
    stored:
      '$pbkdf2-sha256$i=6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
  },
  {
    kind: 'PBKDF2, as Django writes it',
    password: 'lateral thinking',
    hash: 'pbkdf2_sha256$20000$seasalt2$xfRoW2uwHBzrvNYB3NASpEQuNnaj81M0Bp+miwvOq4A=',
    stored: '$pbkdf2-sha256$i=20000$c2Vhc2FsdDI$xfRoW2uwHBzrvNYB3NASpEQuNnaj81M0Bp+miwvOq4A',
  },
  {
    kind: 'PBKDF2, as Werkzeug writes it',
    password: 'secret word',
    hash: 'pbkdf2:sha256:50000$salttext$6c8ab879b1fcf07f536ad05389d324d94a18b247db2b6bff267459060cf06ee1',
    stored: '$pbkdf2-sha256$i=50000$c2FsdHRleHQ$bIq4ebH88H9TatBTidMk2UoYskfbK2v/JnRZBgzwbuE',
  },
  {
    kind: 'Firebase scrypt, as Supabase writes it',
    password: 'mytestpassword',
    hash: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${FB_KEY}$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==`,
  },
];
