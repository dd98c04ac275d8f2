CREATE TABLE contacts (
  email varchar(255) PRIMARY KEY,
  external_id varchar(255),
  timezone varchar(50),
  language varchar(50),
  first_name varchar(255),
  last_name varchar(255),
  full_name varchar(255),
  phone varchar(50),
  address_line_1 varchar(255),
  address_line_2 varchar(255),
  country varchar(100),
  postcode varchar(20),
  state varchar(100),
  job_title varchar(255),
  custom_string_1 varchar(255), custom_string_2 varchar(255), custom_string_3 varchar(255), custom_string_4 varchar(255), custom_string_5 varchar(255),
  custom_number_1 decimal, custom_number_2 decimal, custom_number_3 decimal, custom_number_4 decimal, custom_number_5 decimal,
  custom_datetime_1 timestamptz, custom_datetime_2 timestamptz, custom_datetime_3 timestamptz, custom_datetime_4 timestamptz, custom_datetime_5 timestamptz,
  custom_json_1 jsonb, custom_json_2 jsonb, custom_json_3 jsonb, custom_json_4 jsonb, custom_json_5 jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE lists (id varchar(32) PRIMARY KEY, name varchar(255) NOT NULL, is_double_optin boolean NOT NULL DEFAULT FALSE, deleted_at timestamptz);
CREATE TABLE contact_lists (
  email varchar(255) NOT NULL,
  list_id varchar(32) NOT NULL,
  status varchar(20) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  PRIMARY KEY (email, list_id)
);
CREATE INDEX idx_contact_lists_list_id ON contact_lists (list_id);
CREATE TABLE contact_segments (
  email varchar(255) NOT NULL,
  segment_id varchar(32) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  matched_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (email, segment_id)
);
CREATE TABLE message_history (
  id varchar(255) NOT NULL PRIMARY KEY,
  contact_email varchar(255) NOT NULL,
  broadcast_id varchar(255),
  automation_id varchar(36),
  list_id varchar(32),
  template_id varchar(32) NOT NULL,
  template_version integer NOT NULL,
  channel varchar(20) NOT NULL,
  message_data jsonb NOT NULL DEFAULT '{}',
  sent_at timestamptz NOT NULL,
  delivered_at timestamptz,
  failed_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  unsubscribed_at timestamptz
);
CREATE INDEX idx_message_history_contact_email ON message_history (contact_email);
CREATE TABLE contact_timeline (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email varchar(255) NOT NULL,
  operation varchar(20) NOT NULL,
  entity_type varchar(50) NOT NULL,
  kind varchar(50) NOT NULL DEFAULT '',
  changes jsonb,
  entity_id varchar(255),
  created_at timestamptz NOT NULL
);
CREATE INDEX idx_contact_timeline_email_created_at ON contact_timeline (email, created_at DESC, id DESC);
CREATE TABLE custom_events (
  event_name varchar(100) NOT NULL,
  external_id varchar(255) NOT NULL,
  email varchar(255) NOT NULL,
  properties jsonb NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL,
  source varchar(50) NOT NULL DEFAULT 'api',
  goal_name varchar(100),
  goal_type varchar(20),
  goal_value decimal(15, 2),
  deleted_at timestamptz,
  created_at timestamptz DEFAULT now(),
  PRIMARY KEY (event_name, external_id)
);
CREATE INDEX idx_custom_events_email ON custom_events (email, occurred_at DESC) WHERE deleted_at IS NULL;
