-- Each product is found by its name and by each beginning of its name.
--
-- A chunk of a question is a phrase whose last part is open: "1.8l" is '1' <-> '8' <-> 'l':*. PostgreSQL answers such a
-- phrase with no if the open part also begins a lexeme without a place, such as the stem "larg". So stems now have
-- places: after all parts, where no phrase goes from a part to a stem. Their weight is D, that of words as they are
-- written A.

create or replace function search_fold(value text) returns text
language plpgsql immutable strict parallel safe as $$
declare
  -- Accents and vowel points, joiners, soft hyphens, variation selectors.
  marks constant text :=
    '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a'
    '\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u093c\u09bc\u0a3c\u0b3c\u1ab0-\u1aff'
    '\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+';
  folded text;
begin
  if octet_length(value) = char_length(value) then
    return lower(value collate "C");
  end if;
  folded := lower(normalize(translate(value, '™℠ʼ', '  '''), nfkc) collate "und-x-icu");
  folded := regexp_replace(normalize(folded, nfkd), marks, '', 'g');
  -- Letters that Unicode does not take apart, final sigma, dotless i, the sign in "10 × 15".
  if folded ~ '[ςıłøđðħŧŋƀɍȼɇǥɉⱥⱦƶɏƚґ×ßæœþ]' then
    folded := translate(folded, 'ςıłøđðħŧŋƀɍȼɇǥɉⱥⱦƶɏƚґ×', 'σiloddhtnbrcegjatzylгx');
    folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  end if;
  -- Arabic forms, digits.
  if folded ~ '[ىٱةکی٠-٩۰-۹०-९๐-๙]' then
    folded := translate(folded, 'ىٱةکی٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙',
      'ياهكي0123456789012345678901234567890123456789');
  end if;
  -- Hindi writes a nasal before a consonant in several ways: "हिन्दी", "हिंदी", "हिँदी". Each becomes the longest: a
  -- spelling that depended on the next letter would change while a shopper types.
  if folded ~ '[\u0901\u0902]' then
    folded := replace(replace(folded, E'\u0901', E'\u0928\u094d'), E'\u0902', E'\u0928\u094d');
  end if;
  return normalize(folded, nfc);
end
$$;

create or replace function search_divide(value text) returns text
language plpgsql immutable strict parallel safe as $$
declare
  separators constant text :=
    '[\u0001-\u0008\u000e-\u001f!-"$-*,-/:-`{-\u007f'
    '\u0080-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02eb\u02ed\u02ef-\u02ff\u0375\u037e'
    '\u0384-\u0385\u0387\u03f6\u0482\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6'
    '\u05f3-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd-\u06de\u06e9\u06fd-\u06fe\u0700-\u070f'
    '\u07f6-\u07f9\u07fe-\u07ff\u0830-\u083e\u085e\u0888\u0890-\u0891\u08e2\u0964-\u0965\u0970'
    '\u09f2-\u09f3\u09fa-\u09fb\u09fd\u0a76\u0af0-\u0af1\u0b70\u0bf3-\u0bfa\u0c77\u0c7f\u0c84'
    '\u0d4f\u0d79\u0df4\u0e3f\u0e4f\u0e5a-\u0e5b\u0f01-\u0f17\u0f1a-\u0f1f\u0f34\u0f36\u0f38'
    '\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5\u0fc7-\u0fda\u104a-\u104f\u109e-\u109f\u10fb\u1360-\u1368'
    '\u1390-\u1399\u1400\u166d-\u166e\u1680\u169b-\u169c\u16eb-\u16ed\u1735-\u1736\u17d4-\u17d6'
    '\u17d8-\u17db\u1800-\u180a\u180e\u1940-\u1945\u19de-\u19ff\u1a1e-\u1a1f\u1aa0-\u1aa6'
    '\u1aa8-\u1aad\u1b4e-\u1b4f\u1b5a-\u1b6a\u1b74-\u1b7f\u1bfc-\u1bff\u1c3b-\u1c3f'
    '\u1c7e-\u1c7f\u1cc0-\u1cc7\u1cd3\u1fbd-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef'
    '\u1ffd-\u20c1\u2100-\u212e\u213a-\u214d\u214f\u218a-\u24e9\u2500-\u25ff\u27c0-\u2bff'
    '\u2ce5-\u2cea\u2cf9-\u2cfc\u2cfe-\u2cff\u2d70\u2e00-\u2e2e\u2e30-\u3004\u3008-\u3020\u3030'
    '\u3036-\u3037\u303d-\u303f\u309b-\u309c\u30a0\u30fb\u3190-\u319f\u31c0-\u31ef\u3200-\u3247'
    '\u3250-\u33ff\u4dc0-\u4dff\ua490-\ua4c6\ua4fe-\ua4ff\ua60d-\ua60f\ua673\ua67e\ua6f2-\ua716'
    '\ua720-\ua721\ua789-\ua78a\ua828-\ua82b\ua836-\ua839\ua874-\ua877\ua8ce-\ua8cf'
    '\ua8f8-\ua8fa\ua8fc\ua92e-\ua92f\ua95f\ua9c1-\ua9cd\ua9de-\ua9df\uaa5c-\uaa5f\uaa77-\uaa79'
    '\uaade-\uaadf\uaaf0-\uaaf1\uab5b\uab6a-\uab6b\uabeb\ue000-\uf8ff\ufb29-\ufdff\ufe10-\ufe19'
    '\ufe30-\ufe6b\ufeff-\ufffd'
    ']+';
  divided text := public.search_fold(value);
begin
  if octet_length(divided) = char_length(divided) then
    divided := regexp_replace(divided, '[^a-z0-9+# \t-\r]', E'\x01', 'g');
    if divided ~ '[\t-\r]' then
      divided := translate(divided, E'\t\n\v\f\r', '     ');
    end if;
  else
    divided := regexp_replace(regexp_replace(divided, '\s', ' ', 'g'), separators, E'\x01', 'g');
  end if;
  if strpos(divided, '+') + strpos(divided, '#') > 0 then
    -- A sign belongs to the word before it, whatever follows.
    if octet_length(divided) <> char_length(divided) then
      divided := regexp_replace(divided, '(?<=' || public.search_character() || ')[+#]+', E'\x01', 'g');
    end if;
    divided := regexp_replace(divided, '(?<![^ \u0001])[+#]+', E'\x01', 'g');
    divided := regexp_replace(divided, '(?<=[+#])(?=[^+# \u0001])', E'\x01', 'g');
  end if;
  if divided ~ '[0-9]' then
    divided := regexp_replace(
      divided, '(?<=[0-9])(?=[^0-9\u0001 +#])|(?<=[^0-9\u0001 ])(?=[0-9])', E'\x01', 'g'
    );
  end if;
  return divided;
end
$$;

-- What of a text is indexed.
create or replace function search_vector(value text) returns tsvector
language plpgsql immutable strict parallel safe as $$
declare
  divided constant text := public.search_divide(value);
  -- A part is at its place without its signs.
  plain constant text := case
    when strpos(divided, '+') + strpos(divided, '#') > 0 then translate(divided, '+#', '')
    else divided
  end;
  character constant text := public.search_character();
  is_ascii constant boolean := octet_length(plain) = char_length(plain);
  has_characters constant boolean := not is_ascii and plain ~ character;
  words text := replace(plain, E'\x01', ' ');
  parts tsvector;
  wholes text;
begin
  if plain ~ '[^ \u0001]\u0001+[^ \u0001]' then
    wholes := (
      select string_agg('''' || left(replace(c.chunk[1], E'\x01', ''), 64) || ''':2A', ' ')
      from regexp_matches(plain, '[^ \u0001]+\u0001+[^ \u0001][^ ]*', 'g') as c (chunk)
      where c.chunk[1] !~ '(^|\u0001)[0-9]+\u0001+([0-9]{1,2}|[0-9]{4,})(\u0001|$)'
        and not (has_characters and c.chunk[1] ~ character)
    );
  end if;
  if plain <> divided then
    wholes := (
      select concat_ws(' ', wholes, string_agg('''' || left(s.word[1], 64) || ''':2A', ' '))
      from regexp_matches(divided, '[^ \u0001' || substr(character, 2) || '+[+#]+', 'g') as s (word)
    );
  end if;
  if not is_ascii then
    if has_characters then
      -- U+0002 marks a character that another one follows.
      words := regexp_replace(
        plain, '(' || character || ')(?=\u0001*' || character || ')', E' \x02\\1 ', 'g'
      );
      words := regexp_replace(words, '(?<!\u0002)(' || character || ')', E' \\1 ', 'g');
    end if;
    parts := (
      select coalesce(string_agg('''' || p.lexeme || ''':' || p.place || 'A', ' '), '')::tsvector
      from (
        select s.place, case
            when s.part ^@ E'\x02' then substr(s.part, 2) || ltrim(lead(s.part) over (), E'\x02')
            else left(s.part, 64)
          end as lexeme
        from string_to_table(trim(regexp_replace(words, '[ \u0001]+', ' ', 'g')), ' ')
          with ordinality as s (part, place)
      ) as p
      where p.lexeme <> ''
    );
    -- Characters have no stems.
    words := replace(
      case when has_characters then regexp_replace(plain, character || '+', ' ', 'g') else plain end,
      E'\x01', ' '
    );
  end if;
  -- PostgreSQL omits words of 2 kB.
  if char_length(words) > 2000 then
    words := regexp_replace(words, '([^ ]{64})[^ ]+', E'\\1', 'g');
  end if;
  -- PostgreSQL's own parser finds the parts of ASCII. "a" is a stop word: it keeps the stems from the parts.
  return coalesce(parts, setweight(to_tsvector('pg_catalog.simple', words), 'A'))
    || to_tsvector('pg_catalog.english', 'a ' || words) || coalesce(wholes, '')::tsvector;
end
$$;

-- What a shopper typed, as a question to such vectors: every chunk must occur. Its parts are neighbors or it occurs as
-- one word. null if there is no word. Without `exact`, the last letters of each chunk may be missing (of one letter,
-- only in the last chunk), another form of an English word is found too, and words with a slash between them may stand
-- apart. The first 16 parts count.
create or replace function search_query(value text, exact boolean) returns tsquery
language plpgsql immutable strict parallel safe as $$
declare
  open_end constant text := case when exact then '' else ':*' end;
  folded text;
  apart text;
begin
  -- Two words with a slash between them may stand apart, but not "A/C", "24/7" or "ABC/123".
  if not exact and value ~ '[/／]' then
    folded := public.search_fold(value);
    apart := regexp_replace(
      folded, '(?<=[^\u0001-`{-\u00bf]{2})/(?=[^\u0001-`{-\u00bf])', ' ', 'g'
    );
    if apart <> folded then
      return public.search_query(translate(folded, '/', '-'), exact) || public.search_query(apart, exact);
    end if;
  end if;
  return (
    with parts as (
      select p.*,
        coalesce(lag(p.is_character) over neighbors, false) as follows_character,
        count(*) over (partition by p.chunk) > 1 as is_compound
      from public.search_parts(value) as p
      where p.place <= 16
      window neighbors as (partition by p.chunk order by p.place)
    ), wanted as (
      -- "salt and pepper" finds "Salt & Pepper".
      select p.* from parts as p
      where exact or p.is_compound or p.part not in ('and', 'und', 'et') or p.chunk in (
        select min(chunk) from parts union all select max(chunk) from parts
      )
    ), kept as (
      -- The last character of several is in the pair before.
      select p.chunk, p.place, rtrim(p.part, '+#') as part, p.is_character,
        case when p.is_compound then rtrim(p.lexeme, '+#') else p.lexeme end as lexeme,
        row_number() over neighbors as number,
        lag(p.is_character) over neighbors as previous_is_character,
        lead(p.place) over neighbors is null
          and (p.is_character or char_length(p.part) > 1
            or p.chunk = max(p.chunk) over ()) as has_open_end
      from wanted as p
      where not (p.is_character and p.follows_character and p.lexeme = p.part)
      window neighbors as (partition by p.chunk order by p.place)
    ), chunks as (
      select string_agg(
          case
            when k.number = 1 then ''
            when k.is_character = k.previous_is_character then ' <-> '
            else ' & '
          end || quote_literal(k.lexeme) || case
            -- Cut by search_parts.
            when char_length(k.part) = 64 then ':*'
            when k.has_open_end then open_end
            else ''
          end,
          '' order by k.place
        ) as neighbors,
        public.search_whole(array_agg(k.part order by k.place), bool_or(k.is_character)) as whole,
        case when count(*) = 1 and not exact then public.search_forms(min(k.lexeme)) end as forms
      from kept as k
      group by k.chunk
    )
    select string_agg(
        distinct '((' || c.neighbors || ')'
          || coalesce(' | ' || quote_literal(c.whole) || open_end
            || case when exact then '' else public.search_forms(c.whole) end, '')
          || coalesce(c.forms, '') || ')',
        ' & '
      )::tsquery
    from chunks as c
  );
end
$$;
