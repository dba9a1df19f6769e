"""What people see: the Streamlit app and the website widget, both clients of the chat API over HTTP."""
