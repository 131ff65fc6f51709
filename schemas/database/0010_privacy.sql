-- Requests about personal data: access and erasure. Written by the privacy worker.

-- A request that was answered: a repetition changes nothing, another content under its id is refused.
CREATE TABLE guichet.privacy_request (
    siren              text    NOT NULL,
    privacy_request_id text    NOT NULL,
    wish               text    NOT NULL CHECK (wish IN ('erasure', 'access')),
    named              text    NOT NULL,   -- insured/<id> or request/<id>, as named by the publisher
    person             text,               -- whose data that was; null: nobody known
    fingerprint        bytea   NOT NULL,
    decided_at         timestamptz NOT NULL,
    PRIMARY KEY (siren, privacy_request_id)
);

-- What follows finds all that is kept of one person, for the worker and for `guichet privacy`. A person is
-- insured/<uuid>, or request/<root request id> where no insured came of a request and its later attempts.
-- These read the employer's stretch of a primary key: such requests are rare, and the tables they read are
-- the busiest ones, which should not pay for one more index.

-- The person's affiliation requests: those of the insured, and earlier or later attempts of the same ones.
CREATE FUNCTION guichet.privacy_requests(of_siren text, of_person text)
RETURNS SETOF guichet.affiliation_request
LANGUAGE sql STABLE AS $$
    SELECT request.*
    FROM guichet.affiliation_request AS request
    WHERE request.siren = of_siren
      AND (request.person = of_person
           OR request.person LIKE 'request/%' AND request.root_request_id IN (
               SELECT known.root_request_id
               FROM guichet.affiliation_request AS known
               WHERE known.siren = of_siren
                 AND (known.person = of_person OR 'request/' || known.root_request_id = of_person)))
$$;

-- The additions of beneficiaries that named the insured.
CREATE FUNCTION guichet.privacy_additions(of_siren text, of_person text)
RETURNS SETOF guichet.addition
LANGUAGE sql STABLE AS $$
    SELECT addition.*
    FROM guichet.addition AS addition
    WHERE addition.siren = of_siren AND 'insured/' || lower(addition.insured_id) = of_person
$$;

-- The journal's rows about the person, his requests, additions and messages.
CREATE FUNCTION guichet.privacy_journal(of_siren text, of_person text)
RETURNS SETOF guichet.journal
LANGUAGE sql STABLE AS $$
    SELECT journal.*
    FROM (SELECT substr(of_person, 9) AS id WHERE of_person LIKE 'insured/%'
          UNION
          SELECT request_id FROM guichet.privacy_requests(of_siren, of_person)
          UNION
          SELECT addition_id FROM guichet.privacy_additions(of_siren, of_person)
          UNION
          SELECT insured.notification_id::text
          FROM guichet.insured AS insured
          WHERE insured.siren = of_siren AND of_person LIKE 'insured/%'
            AND insured.insured_id = substr(of_person, 9)::uuid) AS about
    JOIN guichet.journal AS journal ON journal.siren = of_siren AND journal.subject_id = about.id
$$;

-- The keys that seal what is kept of the person, as far as they are there. An addition's own key may be that
-- of a request of the same id, which is somebody else's then.
CREATE FUNCTION guichet.privacy_keys(of_siren text, of_person text)
RETURNS SETOF guichet.data_key
LANGUAGE sql STABLE AS $$
    SELECT data_key.*
    FROM (SELECT of_person AS subject
          UNION
          SELECT 'request/' || request_id FROM guichet.privacy_requests(of_siren, of_person)
          UNION
          SELECT 'request/' || addition.addition_id
          FROM guichet.privacy_additions(of_siren, of_person) AS addition
          WHERE NOT EXISTS (
              SELECT FROM guichet.affiliation_request AS other
              WHERE other.siren = of_siren AND other.request_id = addition.addition_id)
          UNION
          SELECT journal.person
          FROM guichet.privacy_journal(of_siren, of_person) AS journal
          WHERE journal.person LIKE 'dead-letter/%') AS sealing
    JOIN guichet.data_key AS data_key
        ON data_key.siren = of_siren AND data_key.subject = sealing.subject
$$;
