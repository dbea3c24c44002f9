-- A ledger entry may lose the person it speaks of, once, and nothing else of it may change.
CREATE OR REPLACE FUNCTION "refuse_ledger_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."userId" NOT LIKE 'erased\_%' AND NEW."userId" LIKE 'erased\_%'
    AND NEW."memo" IS NULL
    AND (to_jsonb(NEW) - 'userId' - 'memo') = (to_jsonb(OLD) - 'userId' - 'memo')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The ledger is append-only.';
END $$;
