CREATE TABLE res_country (id serial PRIMARY KEY, name jsonb NOT NULL, code varchar(2));
CREATE TABLE res_partner (
  id serial PRIMARY KEY,
  company_id integer,
  name varchar,
  title integer,
  parent_id integer,
  ref varchar,
  lang varchar,
  tz varchar,
  vat varchar,
  website varchar,
  function varchar,
  type varchar,
  street varchar,
  zip varchar,
  city varchar,
  country_id integer REFERENCES res_country (id),
  email varchar,
  email_normalized varchar,
  phone varchar,
  comment text,
  is_company boolean,
  active boolean,
  customer_rank integer,
  color integer,
  credit_limit double precision,
  partner_latitude numeric,
  date date,
  create_date timestamp,
  write_date timestamp
);
CREATE INDEX res_partner_email_normalized_index ON res_partner (email_normalized);
CREATE TABLE res_partner_category (id serial PRIMARY KEY, name jsonb NOT NULL, parent_id integer, active boolean);
CREATE TABLE res_partner_res_partner_category_rel (
  category_id integer NOT NULL REFERENCES res_partner_category (id),
  partner_id integer NOT NULL REFERENCES res_partner (id),
  PRIMARY KEY (category_id, partner_id)
);
CREATE TABLE crm_stage (id serial PRIMARY KEY, name jsonb NOT NULL, is_won boolean);
CREATE TABLE crm_lead (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  type varchar NOT NULL,
  partner_id integer REFERENCES res_partner (id),
  stage_id integer REFERENCES crm_stage (id),
  active boolean,
  priority varchar,
  probability double precision,
  expected_revenue numeric,
  date_deadline date,
  date_closed timestamp,
  create_date timestamp
);
CREATE INDEX crm_lead_partner_id_index ON crm_lead (partner_id);
CREATE TABLE sale_order (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  state varchar,
  partner_id integer NOT NULL REFERENCES res_partner (id),
  date_order timestamp NOT NULL,
  amount_untaxed numeric,
  amount_total numeric,
  create_date timestamp
);
CREATE INDEX sale_order_partner_id_index ON sale_order (partner_id);
CREATE TABLE product_template (id serial PRIMARY KEY, name jsonb NOT NULL);
CREATE TABLE product_product (id serial PRIMARY KEY, product_tmpl_id integer NOT NULL REFERENCES product_template (id), default_code varchar);
CREATE TABLE sale_order_line (
  id serial PRIMARY KEY,
  order_id integer NOT NULL REFERENCES sale_order (id),
  product_id integer REFERENCES product_product (id),
  name text NOT NULL,
  product_uom_qty numeric NOT NULL,
  price_subtotal numeric
);
CREATE INDEX sale_order_line_order_id_index ON sale_order_line (order_id);
CREATE TABLE mailing_mailing (id serial PRIMARY KEY, subject varchar);
CREATE TABLE mailing_trace (
  id serial PRIMARY KEY,
  trace_type varchar NOT NULL,
  email varchar,
  model varchar NOT NULL,
  res_id integer,
  mass_mailing_id integer REFERENCES mailing_mailing (id),
  trace_status varchar,
  failure_type varchar,
  sent_datetime timestamp,
  open_datetime timestamp,
  reply_datetime timestamp,
  links_click_datetime timestamp,
  create_date timestamp
);
CREATE INDEX mailing_trace_res_id_index ON mailing_trace (res_id);
CREATE TABLE mailing_list (id serial PRIMARY KEY, name varchar NOT NULL, active boolean);
CREATE TABLE mailing_contact (id serial PRIMARY KEY, email varchar, email_normalized varchar, create_date timestamp);
CREATE TABLE mailing_subscription (id serial PRIMARY KEY, contact_id integer NOT NULL REFERENCES mailing_contact (id), list_id integer NOT NULL REFERENCES mailing_list (id), opt_out boolean, opt_out_datetime timestamp, create_date timestamp);
