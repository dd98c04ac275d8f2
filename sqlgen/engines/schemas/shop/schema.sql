CREATE TABLE customer (
  id {key},
  tenant {int},
  deleted {bool},
  email {text},
  name {text},
  status {text},
  country_code {text},
  company_id {int},
  birthday {date},
  registered_at {text},
  last_login {int},
  newsletter {bool},
  points {int},
  credit_cents {int},
  profile {json}
){end};
CREATE TABLE country (code {text}, name {text}, eu {bool}){end};
CREATE TABLE company (id {int}, name {text}, employees {int}, country_code {text}, deleted {bool}){end};
CREATE TABLE customer_attribute (customer_id {int}, name {text}, value_text {text}, value_number {int}, value_time {int}){end};
CREATE TABLE customer_tag (customer_id {int}, tag {text}){end};
CREATE TABLE shop_order (
  id {int},
  customer_id {int},
  deleted {bool},
  placed_at {int},
  shipped_at {int},
  status {text},
  channel {text},
  coupon {text},
  total_cents {int}
){end};
CREATE TABLE order_item (id {int}, order_id {int}, sku {text}, quantity {int}, price_cents {int}){end};
CREATE TABLE page_view (id {text}, seq {int}, customer_id {int}, moment {int}, path {text}, duration_ms {int}, props {json}){end};
CREATE TABLE activity (id {int}, customer_id {int}, kind {text}, moment {text}, props {json}){end};
CREATE TABLE list_member (customer_id {int}, list_name {text}, joined_at {text}){end};
CREATE TABLE segment_member (customer_id {int}, segment_id {text}){end};
CREATE TABLE customer_history (id {int}, customer_id {int}, field {text}, moment {int}, value {json}){end};
