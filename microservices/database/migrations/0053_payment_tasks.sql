-- Begins the capture of an authorized payment, by a task. Outcomes: begun, captured (nothing is left to capture),
-- not-found, wrong-status.
create function begin_capture(
  at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], task_seconds integer
) returns text
language plpgsql as $$
declare
  found_status text;
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if found_status <> all (from_statuses) then return 'wrong-status'; end if;
  if not exists (
    select from public.payments as p
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order and p.status = 'authorized'
  ) then return 'captured'; end if;

  insert into public.payment_tasks (
    bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at
  )
  select at_bucket, of_customer, of_order, of_order, 'capture',
    statement_timestamp() + task_seconds * interval '1 second', statement_timestamp(), statement_timestamp()
  on conflict do nothing;
  return 'begun';
end
$$;

-- Ends a task with the provider's answer. False: it has ended before, or a payment may still arrive. A late answer to a
-- capture must not end the void that has followed it, which has the same id.
create function finish_payment_task(
  at_bucket smallint, of_customer text, of_order uuid, of_task uuid, of_kind text, has_succeeded boolean,
  with_reference text, with_failure text
) returns boolean
language plpgsql as $$
declare
  task_kind text;
  paid_attempt smallint;
  new_status text;
begin
  perform public.lock_order(at_bucket, of_customer, of_order);
  delete from public.payment_tasks as t
  where t.bucket = at_bucket and t.customer_id = of_customer and t.order_id = of_order and t.task_id = of_task
    and t.kind = of_kind and t.open_until <= statement_timestamp()
  returning t.kind into task_kind;
  if task_kind is null then return false; end if;

  if task_kind = 'refund' then
    update public.refunds as r
    set status = case when has_succeeded then 'succeeded' else 'failed' end,
      reference = coalesce(with_reference, r.reference), failure = with_failure, updated_at = statement_timestamp()
    where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order and r.refund_id = of_task
    returning r.attempt into paid_attempt;

    update public.payments as p
    set refunded = p.refunded - case
        when has_succeeded then 0
        else (
          select r.amount from public.refunds as r
          where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order
            and r.refund_id = of_task
        )
      end,
      status = case
        when s.refunded = 0 then 'captured'
        when s.refunded = p.amount then 'refunded'
        else 'partly_refunded'
      end,
      updated_at = statement_timestamp()
    from (
      select coalesce(sum(r.amount), 0) as refunded
      from public.refunds as r
      where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order
        and r.attempt = paid_attempt and r.status = 'succeeded'
    ) as s
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order and p.attempt = paid_attempt
    returning p.status into new_status;
  elsif has_succeeded then
    new_status := case task_kind when 'capture' then 'captured' else 'voided' end;
    -- One that has failed or was voided may have arrived after all, and is voided once more.
    update public.payments as p
    set status = new_status, reference = coalesce(with_reference, p.reference),
      failure = case task_kind when 'capture' then null else p.failure end, updated_at = statement_timestamp()
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and (p.status in ('pending', 'authorized') or (task_kind = 'void' and p.status in ('failed', 'voided')));
  else
    update public.payments as p
    set failure = with_failure, updated_at = statement_timestamp()
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and p.status in ('pending', 'authorized');
  end if;

  update public.orders as o
  set payment_status = new_status
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order
    and new_status is not null;

  perform public.record_order_change(
    at_bucket, of_customer, of_order,
    case
      when task_kind = 'refund' then case when has_succeeded then 'refunded' else 'refund_failed' end
      when task_kind = 'capture' then case when has_succeeded then 'captured' else 'capture_failed' end
      else case when has_succeeded then 'voided' else 'void_failed' end
    end,
    case when task_kind = 'refund' then of_task end, 'provider', null, with_failure
  );
  return true;
end
$$;
